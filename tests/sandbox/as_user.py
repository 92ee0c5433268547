"""Run a Python program as another user, as root: `python as_user.py UID PROGRAM [ARGUMENT ...]`."""

import os
import sys

from judge.worker.confine.privileges import hidden_from_others, reveal


def main(user: int, *command: str) -> None:
    """Become this user in a place where it can reach this Python, and run the command in it."""
    hidden = hidden_from_others([sys.base_prefix, sys.prefix])
    if hidden:
        reveal(hidden)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    os.execv(sys.executable, [sys.executable, *command])


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
