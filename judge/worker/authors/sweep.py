"""Many calls of many programs at one question: what a call costs besides would be most of the time otherwise.

All calls of a sweep have the same shapes. The arrays of all calls come stacked along a first axis, and so do
outputs where all are of one dtype and shape. Programs run as they are, or anew: with all forgotten that this
process has compiled; in float64 (authors/double.py) or compiled (authors/compiled.py), where those that can't
be compiled are left out.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import numpy as np

from ..load import Loaded, exception_fact
from ..values import argument, as_numpy, describe, is_array
from ..wire import Array, Record
from .compiled import Compiled
from .double import in_double

LIMIT = 1 << 28  # bytes of all outputs: trusted programs are asked
FEW = 8  # programs with other whole numbers in them that are compiled for one question

Function = Callable[..., object]
Call = Sequence[object]


def sweep(loaded: Loaded, question: Record) -> Record:
    """What each of these programs gives in each of these calls.

    The question has "entries" (of a table; none for the entry point itself), "mode" ("eager", "anew",
    "jitted" or "double"), "seed" (which argument is one) and "calls": for each the described arguments, whose
    numbers are its own and whose arrays are those of the stacks.
    """
    asked = question.header
    stacks = [as_numpy(array) for array in question.arrays]
    calls = [_arguments(call, stacks, row) for row, call in enumerate(asked["calls"])]
    functions: list[Any] = [loaded.table[name] for name in asked["entries"]] or [loaded.call]
    if asked["mode"] == "anew":
        jax.clear_caches()
    if asked["mode"] == "double":
        functions = [in_double(function) for function in functions]
    compiled: dict[int, list[object]] = {}
    if asked["mode"] == "jitted":
        compiled = _compiled(loaded, asked, functions, calls)
    arrays: list[Array] = []
    results = []
    for place, function in enumerate(functions):
        if asked["mode"] == "jitted" and place not in compiled:
            results.append({"left_out": True})
            continue
        outputs = compiled.get(place) or _alone(function, calls, loaded.file)
        results.append(outputs if isinstance(outputs, dict) else _described(outputs, arrays))
    return Record({"op": "swept", "results": results}, tuple(arrays))


def _arguments(call: Sequence[Mapping[str, Any]], stacks: Sequence[Any], row: int) -> list[object]:
    rows = [Array(stack.dtype.name, stack.shape[1:], stack[row].tobytes()) for stack in stacks]
    return [argument(item, rows) for item in call]


_KEPT: list[tuple[Loaded, object, Compiled]] = []  # those of the last program that was loaded


def _compiled(
    loaded: Loaded, asked: Mapping[str, Any], functions: Sequence[Function], calls: Sequence[Call]
) -> dict[int, list[object]]:
    """Place of a program → its outputs, of those that can be compiled.

    With a variable for each argument; else with whole numbers as they are, where the calls have few of them:
    shapes may hang on these.
    """
    every = dict(enumerate(functions))
    found = _together(_kept(loaded, asked, every, calls[0]), calls)
    rest = {place: function for place, function in every.items() if place not in found}
    whole = tuple(place for place, item in enumerate(calls[0]) if type(item) is int)
    if rest and whole and len({tuple(call[place] for place in whole) for call in calls}) <= FEW:
        found |= _together(_kept(loaded, asked, rest, calls[0], whole), calls)
    return found


def _kept(
    loaded: Loaded,
    asked: Mapping[str, Any],
    programs: Mapping[int, Function],
    call: Call,
    whole: tuple[int, ...] = (),
) -> Compiled:
    """These programs, compiled for these shapes; the next question of the same programs takes them again."""
    key = (asked["entries"], list(programs), whole, [getattr(item, "shape", None) for item in call])
    if _KEPT and _KEPT[0][0] is not loaded:
        _KEPT.clear()
    found = next((one for _, known, one in _KEPT if known == key), None)
    if found is None:
        found = Compiled(programs, call, asked["seed"], whole)
        _KEPT.append((loaded, key, found))
    return found


def _together(programs: Compiled, calls: Sequence[Call]) -> dict[int, list[object]]:
    """Place of a program → its outputs; nothing where that fails."""
    try:
        rows = [programs(call) for call in calls]
    except BaseException:
        return {}
    return {place: [row[number] for row in rows] for number, place in enumerate(programs.together)}


def _alone(function: Function, calls: Sequence[Call], file: str) -> list[object] | dict[str, Any]:
    """One program's outputs, or in which call it failed, and how."""
    outputs: list[object] = []
    for row, call in enumerate(calls):
        try:
            output = function(*call)
            outputs.append(np.asarray(output) if is_array(output) else output)
        except BaseException as error:
            return {"failed": row, "exception": exception_fact(error, file)}
    return outputs


def _described(outputs: Sequence[object], arrays: list[Array]) -> dict[str, Any]:
    if is_array(outputs[0]) and len({_form(output) for output in outputs}) == 1:
        return {"stacked": describe(np.stack(outputs), arrays, limit=LIMIT)}  # type: ignore[arg-type] # all are arrays
    return {"each": [describe(output, arrays, limit=LIMIT) for output in outputs]}


def _form(output: object) -> tuple[object, ...]:
    return (output.dtype, output.shape) if isinstance(output, np.ndarray) else (type(output),)
