"""What learners' code can do in the file system, held by Landlock."""

import os
from collections.abc import Iterable
from pathlib import Path

from landlockpy import AccessFS, Ruleset, Scope, supported

supported()  # its first call looks for the C library, which takes longer than all that is done here later on

READ_FILE = AccessFS.READ_FILE
READ_FOLDER = AccessFS.READ_FILE | AccessFS.READ_DIR
WRITE_FILE = READ_FILE | AccessFS.WRITE_FILE | AccessFS.TRUNCATE
# No links, sockets, pipes or devices: what is left in a scratch folder can be removed without care.
WRITE_FOLDER = (
    READ_FOLDER
    | WRITE_FILE
    | AccessFS.MAKE_REG
    | AccessFS.MAKE_DIR
    | AccessFS.REMOVE_FILE
    | AccessFS.REMOVE_DIR
    | AccessFS.REFER
)


def restrict_files(readable: Iterable[str], scratch: str) -> int:
    """Leave this thread and its children, for good, these paths to read and one folder to write.

    Gives Landlock's ABI. Nothing may be executed; TCP is refused from ABI 4 on, signals and abstract Unix
    sockets stay within the sandbox from ABI 6 on.

    Raises:
        OSError: this kernel has no Landlock, or refuses.
    """
    with Ruleset(scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL) as ruleset:
        for path in readable:
            ruleset.allow_path(path, READ_FOLDER if Path(path).is_dir() else READ_FILE)
        ruleset.allow_path(os.devnull, WRITE_FILE)
        ruleset.allow_path(scratch, WRITE_FOLDER)
        ruleset.restrict()
        return int(ruleset.abi_version)
