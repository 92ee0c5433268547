# verdicts: time_limit
# contained in: none landlock namespaces
# looks for: time processes
# run: quick
"""Returns an object whose type has a name that is computed, and the computation doesn't end."""


class Meta(type):
    @property
    def __name__(cls):
        while True:
            pass


class Thing(metaclass=Meta):
    pass


def step(seed, x):
    return Thing()
