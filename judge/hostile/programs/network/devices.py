# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: breach
# run: more
"""Devices, by their names and by making nodes for them."""

import os
import stat

import numpy as np

NAMES = ("mem", "kmsg", "sda", "vda", "fuse", "kvm", "net/tun", "vsock", "loop0", "vhost-vsock", "userfaultfd")


def step(seed, x):
    for name in NAMES:
        for flags in (os.O_RDONLY, os.O_RDWR):
            try:
                os.close(os.open(f"/dev/{name}", flags | os.O_NOCTTY))
                print("BREACH opened", name)
            except OSError as error:
                print("refused:", name, error.strerror)
    for kind in (stat.S_IFCHR, stat.S_IFBLK):
        try:
            os.mknod("node", kind | 0o600, os.makedev(1, 1))
            print("BREACH made a node")
        except OSError as error:
            print("refused:", error.strerror)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
