# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: breach
# run: more
"""Programs that run with their owner's rights, and the rights that this process has itself."""

import os
from pathlib import Path

import numpy as np


def step(seed, x):
    status = dict(line.split(":\t", 1) for line in _status() if ":\t" in line)
    print({name: status.get(name) for name in ("CapEff", "CapPrm", "CapBnd", "NoNewPrivs", "Seccomp", "Uid")})
    for way in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0]), lambda: os.chroot("/")):
        before = os.getresuid()
        try:
            way()
            if before != (0, 0, 0):
                print("BREACH changed its user")
        except OSError as error:
            print("refused:", error.strerror)
    if int(status.get("CapEff", "0"), 16):
        print("BREACH has capabilities")
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)


def _status():
    try:
        return Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return []
