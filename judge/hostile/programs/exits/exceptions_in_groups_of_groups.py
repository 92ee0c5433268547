# verdicts: runtime_error memory_limit time_limit
# contained in: none landlock namespaces
# looks for: memory time
# run: quick
"""Groups in groups in groups of exceptions, with causes, contexts, notes and tracebacks that go around in a circle."""


class Sorry(Exception):
    __notes__ = property(lambda self: ["\x1b[2J"] * 1000)

    def __str__(self):
        return "\ud800\x00" * 100_000

    def __getattribute__(self, name):
        if name == "__traceback__":
            return None
        return super().__getattribute__(name)


def step(seed, x):
    error = Sorry()
    for number in range(50_000):
        inner = error
        error = BaseExceptionGroup("g" * 100, [error, inner])
        error.__cause__ = error.__context__ = inner
    try:
        raise error
    except BaseExceptionGroup as group:
        group.add_note("n" * 1_000_000)
        raise Sorry() from group
