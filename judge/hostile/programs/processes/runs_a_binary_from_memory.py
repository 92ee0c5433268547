# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: processes breach
# run: more
"""A program of its own making, written to its scratch folder and started by way of a descriptor."""

import os
import shutil

import numpy as np


def step(seed, x):
    try:
        shutil.copyfile("/bin/true", "mine")
        os.chmod("mine", 0o755)
    except OSError as error:
        print("refused:", error)
    child = os.fork()
    if child == 0:
        try:
            os.execve(os.open("mine", os.O_RDONLY), ["mine"], {})
        except OSError:
            os._exit(7)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print("refused" if status == 7 else f"BREACH it ran: {status}")
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
