# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: canaries breach
# run: quick
"""What is worth taking from a home directory, found by the password file as well."""

import os
import pwd
from pathlib import Path

import numpy as np


def homes():
    yield Path("@HOME@")
    yield Path(os.path.expanduser("~"))
    try:
        yield from {Path(entry.pw_dir) for entry in pwd.getpwall()}
    except OSError:
        return


def step(seed, x):
    for home in homes():
        for name in (".netrc", ".ssh/id_ed25519", ".bash_history", ".config/gh/hosts.yml"):
            try:
                print("BREACH", (home / name).read_text())
            except OSError as error:
                print("refused:", name, error.strerror)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
