# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: canaries breach
# run: quick
"""Handles of places that it can't read, and every way to make readable ones of them."""

import mmap
import os

import numpy as np

PLACES = ("@HOME@", "@HOME@/.netrc", "@ROOT@/reference/toy/reference.py", "@ROOT@/problems/toy/problem.yaml", "@HOME@/.ssh", "@ROOT@")
WAYS = (
    lambda handle: os.read(handle, 100),
    lambda handle: os.pread(handle, 100, 0),
    lambda handle: os.read(os.open(f"/proc/self/fd/{handle}", os.O_RDONLY), 100),
    lambda handle: os.read(os.open(f"/dev/fd/{handle}", os.O_RDONLY), 100),
    lambda handle: os.read(os.open(".netrc", os.O_RDONLY, dir_fd=handle), 100),
    lambda handle: os.read(os.open("id_ed25519", os.O_RDONLY, dir_fd=handle), 100),
    lambda handle: os.listdir(handle),
    lambda handle: os.sendfile(os.open("copy", os.O_RDWR | os.O_CREAT), handle, 0, 100),
    lambda handle: os.copy_file_range(handle, os.open("copy", os.O_RDWR | os.O_CREAT), 100),
    lambda handle: mmap.mmap(handle, 10, mmap.MAP_PRIVATE, mmap.PROT_READ)[:10],
    lambda handle: os.link(f"/proc/self/fd/{handle}", "linked", follow_symlinks=True),
    lambda handle: os.rename(f"/proc/self/fd/{handle}", "moved"),
    lambda handle: (os.fchdir(handle), os.listdir("."))[1],
)


def step(seed, x):
    here = os.open(".", os.O_RDONLY)
    for place in PLACES:
        try:
            handle = os.open(place, os.O_PATH | os.O_NOFOLLOW)
        except OSError:
            continue
        for number, way in enumerate(WAYS):
            try:
                print("BREACH", place, number, way(handle))
            except OSError:
                continue
            finally:
                os.fchdir(here)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
