"""A program from a real run: for code that asks for the values themselves (`float(loss)`, `np.asarray(x)`).

A value that left JAX and comes back (as a constant of a later step, or as the result) is recognised by
being the same number; a number that was divided by it, as a limit by a norm, by their product.
"""

import math
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from ..replay.evaluable import Evaluable
from .arguments import Argument, as_jax
from .constants import as_array, is_plain_number
from .jax_private import Place, place_of, visible_casts
from .models import watched
from .opaque import Opaque
from .program import MOST_STEPS, Program
from .recording_private import Constant, Recording, recording

NOWHERE = Place((), (), "")
SHORT, LONG = 2, 4  # digits of a number that somebody wrote, at most, and of one that was computed


def recorded(
    function: Callable[..., object], asked: list[Argument], program: Program | Evaluable, *, plain: bool
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Run the entry point on the case's arrays, and note every primitive that is evaluated.

    Args:
        program: what the noted primitives are added to.
        plain: let it have the arrays themselves: from inside it is a run like any other.

    Returns:
        The program's inputs and its outputs.
    """
    trace = Recording(MOST_STEPS, plain=plain)
    leaves = [leaf for argument in asked for leaf in argument.leaves]
    given = [trace.add(as_jax(leaf.concrete)) for leaf in leaves]
    flat: list[Any] = []
    kinds = (jax.core.Tracer, jax.Array) if plain else jax.core.Tracer
    with recording(trace), watched() as models, visible_casts(kinds):
        source = iter(given)
        result = function(*[argument.fill(source) for argument in asked])
        outputs = program.collect(result, models, flat)
    operands = [program.variable(jax.typeof(trace.values[place])) for place in range(len(given))]
    replay = _Replay(program, trace, dict(enumerate(operands)))
    replay.run()
    if program.values is not None:
        program.values.set(list(replay.env.values()), [trace.values[reference] for reference in replay.env])
    results = [replay.operand(item, NOWHERE, returned=True) for item in flat]
    inputs = [{**leaf.described, "operand": operand} for leaf, operand in zip(leaves, operands, strict=True)]
    return inputs, program.ports(outputs, results)


class _Replay:
    """Turns a recording's steps into a program's."""

    def __init__(self, program: Program | Evaluable, trace: Recording, env: dict[int, int]) -> None:
        self.program = program
        self.trace = trace
        self.env = env
        self.exported: dict[int, dict[int, np.ndarray[Any, Any]]] = {}  # by how many numbers they are
        for reference in dict.fromkeys(reversed(trace.exported)):
            array = as_array(trace.values[reference])
            if array is not None:
                self.exported.setdefault(array.size, {})[reference] = array

    def run(self) -> None:
        """Add all steps."""
        for step in self.trace.steps:
            place = place_of(step.source, self.program.file)
            operands = [self.operand(item, place) for item in step.operands]
            avals = [jax.typeof(self.trace.values[reference]) for reference in step.results]
            results = self.program.equation(step.name, step.params, operands, avals, place)
            self.env.update(zip(step.results, results, strict=True))

    def operand(self, item: Opaque, place: Place, *, returned: bool = False) -> int:
        """The operand that stands for a recorded value, or for one from outside.

        One that is returned can come from anywhere.
        """
        if isinstance(item, int):  # a reference, of a step's operand
            return self.env[item]
        reference = self.trace.reference(item)
        if reference is not None:
            return self.env[reference]
        value = item.value if isinstance(item, Constant) else item
        return self._known(value, place, returned=returned)

    def _known(self, value: Opaque, place: Place, *, returned: bool) -> int:
        aval = jax.typeof(value)
        array = as_array(value)
        if self.trace.plain and array is not None and array.size == 1 and not returned:
            return self.program.constant(value, aval)  # equal to some number that was computed it may well be
        if array is None or not self.exported or array.dtype.kind in "iub" or is_plain_number(array):
            return self.program.constant(value, aval)
        for reference, origin in self.exported.get(array.size, {}).items():
            if reference in self.env and _same(array, origin):
                return self._alias(self.env[reference], aval, place)
            limit = _numerator(array, origin) if reference in self.env else None
            if limit is not None:
                return self._quotient(limit, self.env[reference], aval, place)
        return self.program.constant(value, aval, known=array.size == 1 and not returned)

    def _alias(self, operand: int, aval: Opaque, place: Place) -> int:
        result = self.program.variable(aval)
        same = self.program.dtype(operand) == self.program.dtype(result)
        op = "copy" if same else "convert_element_type"
        self.program.step(op, [operand], [result], place, {"recognised": True})
        return result

    def _quotient(self, limit: float, operand: int, aval: Opaque, place: Place) -> int:
        result = self.program.variable(aval)
        constant = self.program.constant(np.asarray(limit, aval.dtype), aval)
        self.program.step("div", [constant, operand], [result], place)
        return result


def _numerator(array: np.ndarray[Any, Any], origin: np.ndarray[Any, Any]) -> float | None:
    """The short number that gives this one when it is divided by `origin`, both of them long ones.

    A little that was added before the division, as 1e-6 is to a norm, doesn't count.
    """
    if array.size != 1 or origin.dtype.kind != "f":
        return None
    one, other = float(array.reshape(())), float(origin.reshape(()))
    if _has_digits(one, LONG) or _has_digits(other, LONG) or not _has_digits(one * other, SHORT):
        return None
    return float(f"{one * other:.{SHORT}g}")


def _has_digits(number: float, digits: int) -> bool:
    """Whether so many digits say all of a number, or it isn't finite."""
    return not math.isfinite(number) or math.isclose(number, float(f"{number:.{digits}g}"), rel_tol=2e-6)


def _same(array: np.ndarray[Any, Any], origin: np.ndarray[Any, Any]) -> bool:
    if origin.size != array.size or origin.dtype.kind in "iub":
        return False
    return bool((origin.astype(array.dtype).reshape(array.shape) == array).all())
