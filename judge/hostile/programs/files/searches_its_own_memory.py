# verdicts: accepted runtime_error time_limit memory_limit
# contained in: none landlock namespaces
# looks for: canaries
# run: quick
"""Reads all of its memory, where a fork would have kept what its parent once knew."""

import re

import numpy as np

needle = b"can" + b"ary-"


def step(seed, x):
    try:
        with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
            for line in maps:
                found = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
                if found is None or "[v" in line:
                    continue
                first, last = (int(part, 16) for part in found.groups())
                if last - first > 64 << 20:
                    continue
                memory.seek(first)
                try:
                    data = memory.read(last - first)
                except OSError:
                    continue
                for hit in re.finditer(needle, data):
                    print("found", data[hit.start() : hit.start() + 60])
    except OSError as error:
        print("refused:", error)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
