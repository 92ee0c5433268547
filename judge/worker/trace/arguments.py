"""What the entry point is called with while it is traced."""

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .constants import LR_POWER, SCALE_POWER
from .opaque import Opaque

PRIMES = (13, 11, 7, 17, 19, 23, 29, 31)  # sizes of named axes: distinct, so that roles can be told by shape
BASE = {"seed": 3.0, "learning_rate": 0.1, "loss_scale": 32.0}
FURTHER = 8  # how much larger the second trace's seed is at least
POWERS = {"learning_rate": LR_POWER, "loss_scale": SCALE_POWER}
HALF = 0.5  # what frexp gives for a power of two
VARIABLES = ("learning_rate", "loss_scale")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One array (or number that is traced as a variable) of the arguments."""

    described: dict[str, Any]
    abstract: Opaque
    concrete: Opaque


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: a number as it is, or a tree whose leaves are filled in."""

    number: float | None = None
    leaves: list[Leaf] = field(default_factory=list)
    tree: Opaque = None

    def fill(self, leaves: Iterator[Any]) -> Opaque:
        """The argument with its leaves taken from `leaves`."""
        if self.number is not None:
            return self.number
        return jax.tree.unflatten(self.tree, list(itertools.islice(leaves, len(self.leaves))))


def numbers(spec: Mapping[str, Any], *, other: bool, own: bool) -> dict[str, float]:
    """What the number parameters are in a trace, by role.

    Args:
        other: the second trace's, by which is seen what the numbers went into.
        own: start from those of the case, not from our own.
    """
    given = dict(BASE)
    for parameter, argument in zip(spec["parameters"], spec["arguments"], strict=True):
        if own and parameter["role"] in BASE and "number" in argument:
            given[parameter["role"]] = argument["number"]
    if other:
        given["seed"] = _other_seed(given["seed"])
        sign = -1 if own else 1  # the case's own scale may be all that float16 can hold
        given.update({role: given[role] * 2.0 ** (sign * power) for role, power in POWERS.items()})
    return given


def _other_seed(seed: float) -> float:
    """A larger one; what is made of it, or of the next number, changes by no power of two."""
    for further in itertools.count(FURTHER):
        ratios = [(first + further) / first for first in (seed, seed + 1) if first]
        if all(math.frexp(abs(ratio))[0] != HALF for ratio in ratios):
            break
    return seed + further


def arguments(
    spec: Mapping[str, Any], numbers: Mapping[str, float], *, abstract: bool, variables: bool
) -> list[Argument]:
    """The arguments of a trace.

    Args:
        numbers: value of the number parameters by role; others keep the case's own.
        abstract: arrays get primes for named axes, along which the case's are repeated; otherwise the case's
            arrays are taken.
        variables: `lr` and `loss_scale` become variables.
    """
    sizes: dict[str, int] = {}
    parts = {
        parameter["divides"]: int(given["number"])
        for parameter, given in zip(spec["parameters"], spec["arguments"], strict=True)
        if parameter.get("divides") and "number" in given
    }
    return [
        _argument(
            parameter, given, spec, numbers, Axes(sizes, parts) if abstract else None, variables=variables
        )
        for parameter, given in zip(spec["parameters"], spec["arguments"], strict=True)
    ]


def _argument(
    parameter: Mapping[str, Any],
    given: Mapping[str, Any],
    spec: Mapping[str, Any],
    numbers: Mapping[str, float],
    axes: "Axes | None",
    *,
    variables: bool,
) -> Argument:
    described = {"name": parameter["name"], "role": parameter["role"], "path": ""}
    if "number" in given:
        number = numbers.get(parameter["role"], given["number"])
        number = int(number) if parameter["kind"] == "int" else number
        if variables and parameter["role"] in VARIABLES:
            return Argument(None, [Leaf(described, number, number)], jax.tree.structure(0.0))
        return Argument(number)
    arrays = spec["arrays"]
    tree = _tree(given, arrays)
    shapes = dict(_named(parameter.get("spec"), ""))
    leaves = []
    for path, array in jax.tree_util.tree_leaves_with_path(tree):
        key = "".join(f".{_key(part)}" for part in path)
        shape = array.shape if axes is None else axes.shape(shapes.get(key), array.shape)
        leaf = Leaf(
            {**described, "path": key}, jax.ShapeDtypeStruct(shape, array.dtype), _repeated(array, shape)
        )
        leaves.append(leaf)
    return Argument(None, leaves, jax.tree.structure(tree))


def _repeated(array: np.ndarray[Any, Any], shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """An array whose axes are as long as these: cut off, or gone through again and again."""
    if array.shape == shape:
        return array
    if 0 in array.shape:
        return np.zeros(shape, array.dtype)
    for axis, size in enumerate(shape):
        array = array.take(np.arange(size), axis, mode="wrap")
    return array


def _tree(given: Mapping[str, Any], arrays: list[np.ndarray[Any, Any]]) -> Opaque:
    if "array" in given:
        return arrays[given["array"]]
    if "tuple" in given:
        return tuple(_tree(item, arrays) for item in given["tuple"])
    if "dict" in given:
        return {key: _tree(item, arrays) for key, item in given["dict"]}
    return np.asarray(given["number"])


def _key(part: Opaque) -> str:
    return str(getattr(part, "key", getattr(part, "idx", part)))


def _named(spec: Opaque, path: str) -> Iterator[tuple[str, list[Any]]]:
    if not isinstance(spec, Mapping):
        return
    if "items" in spec:
        for key, item in spec["items"]:
            yield from _named(item, f"{path}.{key}")
    else:
        yield path, list(spec["shape"])


@dataclass(frozen=True, slots=True)
class Axes:
    """Sizes of named axes in a trace: primes, times the number of parts that one is cut into.

    Attributes:
        parts: axis → the number that has to divide it.
    """

    sizes: dict[str, int]
    parts: Mapping[str, int]

    def shape(self, named: list[Any] | None, own: tuple[int, ...]) -> tuple[int, ...]:
        """An array's; the case's own size where nothing is named or primes have run out."""
        if named is None or len(named) != len(own):
            return own
        shape = []
        for name, size in zip(named, own, strict=True):
            if isinstance(name, str) and name not in self.sizes and len(self.sizes) < len(PRIMES):
                self.sizes[name] = PRIMES[len(self.sizes)] * self.parts.get(name, 1)
            shape.append(self.sizes.get(name, size) if isinstance(name, str) else size)
        return tuple(shape)


def as_jax(array: np.ndarray[Any, Any] | float) -> jax.Array:
    """The array, or number, as the learner gets it."""
    return jnp.asarray(array)
