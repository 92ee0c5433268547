"""`python -m judge`: the command line, for those who have no `judge` on their PATH.

This file is the first to be read, so that it stays readable for Pythons that can't read the rest.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 -- a checkout can be run without pip, which would have refused
    sys.stderr.write(
        "error: judge needs Python 3.11 or newer, and this is Python %d.%d (%s).\n"  # noqa: UP031 -- old Pythons
        "hint: install a newer Python, then run: python3.11 -m judge\n"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )
    sys.exit(3)

from judge.cli import main

if __name__ == "__main__":
    main()
