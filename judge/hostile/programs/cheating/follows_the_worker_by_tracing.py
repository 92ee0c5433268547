# verdicts: wrong_answer runtime_error time_limit
# contained in: none landlock namespaces
# looks for: canaries memory
# run: quick
"""Sets tracing and profiling functions on the worker's own frames, and changes what they are about to say."""

import sys
import threading

import numpy as np

FORGED = {"described": {"verdict": "accepted", "passed": True}, "limit": 1 << 40, "op": "accepted", "answer": None}


def follow(frame, event, argument):
    for name in FORGED:
        if name in frame.f_locals and name == "described":
            frame.f_locals[name] = FORGED[name]
    return follow


def profile(frame, event, argument):
    if frame.f_code.co_name in ("encode", "describe", "_describe_array"):
        frame.f_locals.update(FORGED)


def step(seed, x):
    frame = sys._getframe().f_back
    while frame is not None:
        frame.f_trace = follow
        frame = frame.f_back
    sys.settrace(follow)
    sys.setprofile(profile)
    threading.settrace(follow)
    return np.asarray([12345.0], np.float32)
