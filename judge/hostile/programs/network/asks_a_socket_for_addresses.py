# verdicts: accepted
# contained in: landlock namespaces
# looks for: breach listeners
# run: quick
"""Asks one end of a socket pair for the machine's interfaces, which needs no network."""

import array
import fcntl
import socket
import struct

import numpy as np


def step(seed, x):
    one, other = socket.socketpair()
    room = array.array("B", bytes(4096))
    asked = {
        "SIOCGIFCONF": (0x8912, struct.pack("iL", len(room), room.buffer_info()[0])),
        "SIOCGIFNAME": (0x8910, struct.pack("16si20x", b"", 1)),
        "SIOCGIFADDR": (0x8915, struct.pack("16s24x", b"lo")),
        "SIOCGIFHWADDR": (0x8927, struct.pack("16s24x", b"eth0")),
        "FIOSETOWN": (0x8901, struct.pack("i", 1)),
    }
    for name, (request, argument) in asked.items():
        try:
            fcntl.ioctl(one.fileno(), request, argument)
            print("BREACH:", name, "was answered")
        except OSError:
            continue
    one.close()
    other.close()
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
