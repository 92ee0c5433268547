# verdicts: accepted
# contained in: none landlock namespaces
# looks for: memory
# run: quick
"""NUL bytes, invalid UTF-8, lone surrogates and every control character, on both streams."""

import os
import sys

import numpy as np

os.write(1, bytes(range(256)) * 4 + b"\xed\xa0\x80\xff\xfe\x00\xf4\x90\x80\x80")
os.write(2, b"\x00\x01\x02\x1b]0;title\x07\x1b[2J\x9b31m\r\n\x0b\x0c\x85")
sys.stdout.write("\ud800\udfff\ufffe\uffff\u2028\u2029\u202e")


def step(seed, x):
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
