"""Become another user, then another program.

    python become.py UID PROGRAM [ARGUMENT ...]

Where other users can't reach the interpreter (a Python under /root), a mount namespace of this process's own
shows it to them, so that everything can be tried as an ordinary user even there. Needs root.
"""

import os
import sys
from pathlib import Path

from judge.worker.confine.privileges import hidden_from_others, reveal


def main() -> None:
    """Change the user and execute.

    Raises:
        OSError: this isn't root, or the mounts can't be had.
    """
    user, program, *arguments = sys.argv[1:]
    homes = [sys.base_prefix, sys.base_exec_prefix, sys.prefix, sys.exec_prefix]
    hidden = hidden_from_others([*homes, program, str(Path.cwd())])
    if hidden:
        reveal(hidden)
    os.setgroups([])
    os.setresgid(int(user), int(user), int(user))
    os.setresuid(int(user), int(user), int(user))
    os.execv(program, [program, *arguments])


if __name__ == "__main__":
    main()
