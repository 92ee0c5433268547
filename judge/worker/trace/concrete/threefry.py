"""Random bits as JAX makes them, without compiling anything: Threefry-2x32 with 20 rounds.

Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC11). How keys are made and which
counters are drawn is JAX's own ("partitionable", its default); tests/worker/trace/concrete/test_threefry.py
names what a release that draws otherwise breaks: sizes of values, and nothing else.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

Bits = np.ndarray[Any, Any]

PARITY = np.uint32(0x1BD11BDA)
ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
GROUPS = 5  # of four rounds each
WORD = 32  # bits


def seeded(seed: Bits) -> Bits:
    """The key of a whole number, (2,) uint32: its upper word and its lower one."""
    number = int(seed) & ((1 << 8 * seed.dtype.itemsize) - 1)
    return np.array([number >> WORD, number & ((1 << WORD) - 1)], np.uint32)


def folded_in(key: Bits, data: Bits) -> Bits:
    """The key, (2,) uint32, that a key and a whole number make."""
    high, low = seeded(data)
    return np.stack(_threefry(key, np.uint32(high), np.uint32(low)))


def split(key: Bits, shape: Sequence[int]) -> Bits:
    """Keys of this shape, (*shape, 2) uint32."""
    return np.stack(_threefry(key, *_counters(shape)), axis=-1)


def random_bits(key: Bits, width: int, shape: Sequence[int]) -> Bits:
    """An array of this shape of unsigned whole numbers of `width` bits, at most 32."""
    first, second = _threefry(key, *_counters(shape))
    return np.asarray(first ^ second).astype(f"uint{width}")


def _counters(shape: Sequence[int]) -> tuple[Bits, Bits]:
    """Upper and lower words of 0, 1, 2, … in this shape."""
    counted = np.arange(int(np.prod(shape, dtype=np.int64)), dtype=np.uint64).reshape(shape)
    return (counted >> np.uint64(WORD)).astype(np.uint32), counted.astype(np.uint32)


def _threefry(key: Bits, first: Any, second: Any) -> tuple[Bits, Bits]:  # noqa: ANN401 - arrays or numbers
    """The block cipher on two words, whose arithmetic goes round."""
    with np.errstate(over="ignore"):
        keys = (key[0], key[1], key[0] ^ key[1] ^ PARITY)
        x, y = first + keys[0], second + keys[1]
        for group in range(GROUPS):
            for turn in ROTATIONS[group % 2]:
                x = x + y
                y = x ^ ((y << np.uint32(turn)) | (y >> np.uint32(WORD - turn)))
            x = x + keys[(group + 1) % 3]
            y = y + keys[(group + 2) % 3] + np.uint32(group + 1)
    return x, y
