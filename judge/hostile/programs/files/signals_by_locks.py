# verdicts: accepted
# contained in: landlock namespaces
# looks for: breach cache
# run: quick
"""Locks what all workers can read: a worker beside it would see which files are locked."""

import fcntl
import os

import jax
import numpy as np


def step(seed, x):
    shared = [np.__file__, jax.__file__, os.devnull]
    folder = str(jax.config.jax_compilation_cache_dir)
    shared += [os.path.join(folder, name) for name in sorted(os.listdir(folder))[:3]]
    calls = {
        "flock": lambda file: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB),
        "a shared flock": lambda file: fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB),
        "lockf": lambda file: fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB),
        "an open file's lock": lambda file: fcntl.fcntl(file, 37, bytes(32)),
        "a question for locks": lambda file: fcntl.fcntl(file, fcntl.F_GETLK, bytes(32)),
    }
    for path in shared:
        for name, call in calls.items():
            try:
                file = os.open(path, os.O_RDONLY)
                call(file)
                print("BREACH:", name, "on", path)
            except OSError:
                continue
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
