# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: canaries breach
# run: quick
"""Other processes through /proc: their environment, memory, descriptors and command lines."""

import os
from pathlib import Path

import numpy as np


def step(seed, x):
    for pid in (int("@BYSTANDER_PID@"), os.getppid(), int("@JUDGE_PID@"), 1):
        for name in ("environ", "mem", "maps", "cmdline", "fd", "root", "cwd"):
            path = Path(f"/proc/{pid}/{name}")
            try:
                if path.is_dir():
                    found = os.listdir(path)
                elif name == "mem":
                    found = os.open(path, os.O_RDWR)
                else:
                    found = path.read_bytes()
                if pid != 1 and found and pid != os.getpid():
                    print("BREACH read", path, found)
            except OSError as error:
                print("refused:", path, error.strerror)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
