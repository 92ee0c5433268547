"""What a tolerance allows for each number of an array."""

from typing import Any

import numpy as np

from judge.problem.tolerance import Tolerance

FloatArray = np.ndarray[Any, np.dtype[np.float64]]
Bounds = tuple[FloatArray, FloatArray]  # relative and absolute, of a whole array or of each element


def bounds_of(tolerance: Tolerance, elements: tuple[str, ...]) -> Bounds:
    """What is allowed for an array: () each, or one of each for every named element."""
    parts = [tolerance.of(name) for name in elements] or [tolerance]
    relative, absolute = (
        np.array([getattr(part, name) for part in parts]) for name in ("relative", "absolute")
    )
    return (relative, absolute) if elements else (relative[0], absolute[0])
