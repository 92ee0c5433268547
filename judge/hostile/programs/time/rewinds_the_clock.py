# verdicts: time_limit
# contained in: none landlock namespaces
# looks for: processes time
# run: more
"""Patches every clock that Python has to stand still, then sleeps: the worker's clock decides nothing."""

import time

sleep = time.sleep
for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time"):
    setattr(time, name, lambda: 0.0)
    setattr(time, f"{name}_ns", lambda: 0)


def step(seed, x):
    sleep(50)
