# verdicts: invalid wrong_answer runtime_error
# contained in: none landlock namespaces
# looks for: breach
# run: more
"""The entry point is an object whose signature, module and call are computed when they are looked at."""

import inspect


class Entry:
    def __call__(self, *arguments, **named):
        return arguments

    @property
    def __signature__(self):
        return inspect.Signature([inspect.Parameter("seed", inspect.Parameter.POSITIONAL_ONLY)] * 1)

    @property
    def __module__(self):
        raise SystemExit(0)


step = Entry()
