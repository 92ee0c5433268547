# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: files breach
# run: quick
"""A .pth file would run in the next Python; so would a changed module."""

import os
import sys
import sysconfig

import numpy as np


def step(seed, x):
    for folder in {*sys.path, sysconfig.get_path("purelib"), sysconfig.get_path("stdlib"), os.path.dirname(np.__file__)}:
        name = os.path.join(folder, "@MARK@.pth")
        try:
            os.close(os.open(name, os.O_WRONLY | os.O_CREAT))
            os.unlink(name)
            print("BREACH could write in", folder)
        except OSError as error:
            print("refused:", error.strerror)
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file and os.access(file, os.W_OK):
            try:
                os.close(os.open(file, os.O_WRONLY))
                print("BREACH could open for writing", file)
                break
            except OSError:
                continue
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
