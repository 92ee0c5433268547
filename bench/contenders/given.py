"""The cases as bench/speed.py wrote them, for programs that know nothing of the judge."""

import json
import runpy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np


@dataclass(frozen=True, slots=True)
class Case:
    """One call, and what should come out within `relative` of it."""

    name: str
    arguments: tuple[Any, ...]
    expected: Any
    relative: float

    def fits(self, output: Any) -> bool:  # noqa: ANN401 - whatever was returned
        """Whether this is what should come out."""
        came, wanted = np.asarray(output), self.expected
        same = came.shape == wanted.shape and came.dtype == wanted.dtype
        with np.errstate(invalid="ignore"):  # infinities have no difference
            near = np.abs(came - wanted) <= self.relative * np.abs(wanted)
        return same and bool((near | (came == wanted)).all())


def cases(path: str) -> list[Case]:
    """All of them, in their order."""
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    described = json.loads(str(arrays["cases"]))
    return [
        Case(
            one["name"],
            tuple(jnp.asarray(arrays[item]) if isinstance(item, str) else item for item in one["arguments"]),
            arrays[one["expected"]],
            one["relative"],
        )
        for one in described
    ]


def submission(path: str, cases: str) -> Callable[..., Any]:
    """The entry point of a submission's file, of the exercise that the cases are of."""
    with np.load(cases) as file:
        name = str(file["entry_point"])
    function: Callable[..., Any] = runpy.run_path(path)[name]
    return function
