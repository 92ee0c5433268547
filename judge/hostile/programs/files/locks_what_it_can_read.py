# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: cache bystander time
# run: quick
"""Locks everything that it can open, for itself alone: what others wait for, they would wait for in vain."""

import fcntl
import os
import sys

import numpy as np

def step(seed, x):
    kept = []
    for top in ("@CACHE@", "@ROOT@", "@TMP@", sys.prefix, sys.base_prefix, "/usr/share/zoneinfo", os.path.dirname(np.__file__)):
        for place, _folders, names in os.walk(top):
            for path in (place, *(os.path.join(place, name) for name in names[:3])):
                if len(kept) > 200:
                    break
                try:
                    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
                    kept.append(file)
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    continue
            if len(kept) > 200:
                break
    for path in (os.devnull, "/dev/urandom"):
        try:
            fcntl.flock(os.open(path, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
