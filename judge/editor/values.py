"""Dtypes and shapes in words: `bfloat16[N, D_out]`."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from judge.problem.model import Problem
from judge.reporters.parts.escape import escape, shortened

MOST_CHARACTERS = 60
Sizes = Mapping[int, str]


def axes(problem: Problem, listing: Mapping[str, Any] | None) -> Sizes:
    """What sizes are called: those of the axes that the problem names, in the run that was read.

    A size that two axes have, or that is 1, has no name.
    """
    shapes: Mapping[str, Sequence[int]] = (listing or {}).get("inputs") or {}
    names: dict[int, set[str]] = {}
    for parameter, spec in problem.arrays.items():
        for name, size in zip(spec.shape, shapes.get(parameter, ()), strict=False):
            if isinstance(name, str):
                names.setdefault(size, set()).add(name)
    return {size: min(found) for size, found in names.items() if len(found) == 1 and size > 1}


def value(dtype: str, shape: Sequence[int], sizes: Sizes) -> str:
    """One array."""
    return (
        f"{shortened(escape(dtype), MOST_CHARACTERS)}[{', '.join(sizes.get(one, str(one)) for one in shape)}]"
    )


def told_sizes(sizes: Sizes, shown: str) -> str:
    """What names stand for, of those that are shown."""
    used = set(re.findall(r"\w+", shown))
    known = ", ".join(f"{name} = {size}" for size, name in sizes.items() if name in used)
    return f"In the run that was read, {known}." if known else ""
