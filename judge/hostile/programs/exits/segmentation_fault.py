# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: processes files
# run: quick
"""Reads at address 0: no exception, no exit status, perhaps a core file."""

import ctypes


def step(seed, x):
    ctypes.string_at(0)
