# verdicts: runtime_error wrong_answer
# contained in: none landlock namespaces
# looks for: processes
# run: more
"""What was returned ends the process when its repr is asked for."""

import os


class Bomb:
    def __repr__(self):
        os._exit(0)


def step(seed, x):
    return Bomb()
