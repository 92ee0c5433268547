# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: bystander breach
# run: quick
"""prlimit, nice, scheduler, affinity and I/O priority of other processes."""

import os
import resource

import numpy as np

PID = int("@BYSTANDER_PID@")
WAYS = {
    "prlimit": lambda: resource.prlimit(PID, resource.RLIMIT_NOFILE, (3, 3)),
    "setpriority": lambda: os.setpriority(os.PRIO_PROCESS, PID, 19),
    "sched_setaffinity": lambda: os.sched_setaffinity(PID, {0}),
    "sched_setscheduler": lambda: os.sched_setscheduler(PID, os.SCHED_IDLE, os.sched_param(0)),
}


def step(seed, x):
    for name, way in WAYS.items():
        try:
            way()
            print("BREACH", name)
        except OSError as error:
            print("refused:", name, error)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
