# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: breach
# run: more
"""TIOCSTI on every descriptor and on /dev/tty: input for the shell that started the judge."""

import fcntl
import os

import numpy as np

TIOCSTI = 0x5412


def step(seed, x):
    descriptors = list(range(10))
    try:
        descriptors.append(os.open("/dev/tty", os.O_RDWR))
    except OSError as error:
        print("refused: /dev/tty", error.strerror)
    for descriptor in descriptors:
        try:
            fcntl.ioctl(descriptor, TIOCSTI, b" ")
            print("BREACH typed on descriptor", descriptor)
        except OSError:
            continue
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
