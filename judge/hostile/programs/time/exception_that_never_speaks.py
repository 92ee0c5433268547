# verdicts: time_limit runtime_error
# contained in: landlock namespaces
# looks for: time processes
# run: more
"""Raises an exception whose text, name and traceback never come."""


class E(Exception):
    def __str__(self):
        while True:
            pass

    __repr__ = __str__

    @property
    def args(self):
        while True:
            pass

    @property
    def __notes__(self):
        while True:
            pass


def step(seed, x):
    raise E("x")
