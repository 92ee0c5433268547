# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: processes
# run: quick
"""Ends itself by signals that have no name in Python, while stdout holds half a line."""

import signal

def step(seed, x):
    print("\x1b[", end="", flush=True)
    signal.raise_signal(signal.SIGRTMIN + 7)
    signal.raise_signal(33)
    return None
