# verdicts: invalid
# contained in: none landlock namespaces
# looks for: canaries memory
# run: quick
"""Parameters that don't fit, with defaults whose repr is commands, markup and ten million letters."""


class Default:
    def __repr__(self):
        return "\x1b[2J\x1b]0;accepted\x07`</pre><script>\n::error::x\ud800\u202e" + "d" * 10_000_000


def step(only=Default(), *, other=Default(), another: Default() = Default()):
    return None
