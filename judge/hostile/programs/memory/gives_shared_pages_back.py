# verdicts: memory_limit runtime_error
# contained in: landlock namespaces
# looks for: breach memory
# run: quick
"""Fills memory that is shared with nobody, and gives the pages back: its resident size falls, the pages stay."""

import mmap
import signal
import time

import jax.numpy as jnp

signal.alarm(50)
SIZE = 64 << 20


def step(seed, x):
    kept = []
    for _ in range(16):
        piece = mmap.mmap(-1, SIZE)
        for place in range(0, SIZE, 4096):
            piece[place] = 1
        piece.madvise(mmap.MADV_DONTNEED)
        kept.append(piece)
    time.sleep(1)
    print(f"BREACH: {sum(64 for piece in kept if piece[4096] == 1)} MiB held unseen")
    return jnp.asarray([2 * jnp.sum(x) + seed], jnp.float32)
