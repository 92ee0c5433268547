# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: processes
# run: quick
"""Derives from BaseException, and its text, its type's name and its cause raise or lie when they are looked at."""

import os


class Meta(type):
    @property
    def __name__(cls):
        os._exit(0)


class Odd(BaseException, metaclass=Meta):
    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__

    @property
    def __traceback__(self):
        raise KeyboardInterrupt

    @property
    def __class__(self):
        return int


def step(seed, x):
    raise Odd
