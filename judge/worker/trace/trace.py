"""The learner's step as plain data: what is computed, in which dtype, and from which line.

Four ways. In this order, one after the other failed: abstract arrays with `lr` and `loss_scale` as weakly
typed variables; abstract arrays with concrete numbers, where code asks for a Python float; a recording of a
real run, where code asks for the values themselves. The last is for who asks for it, in a process that has
done none of these: a real run that is watched, and looks like any other from inside. Each is done twice,
with other numbers, to see which constants the numbers went into.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import jax
import numpy as np

from ..replay.evaluable import Evaluable
from ..replay.primitive_data import Unencodable
from ..wire import Array
from .arguments import Argument, Leaf, arguments, numbers
from .concrete.value_sizes import Values
from .constants import plain_constants
from .dead_code import MAX_STEPS, fits, reductions
from .jax_private import Place, visible_casts
from .models import watched
from .program import Program
from .recording import recorded
from .recording_private import TooLong

NOWHERE = Place((), (), "")
MODES = ("variables", "concrete", "recorded")
WATCHED = "watched"


@dataclass(frozen=True, slots=True)
class Traced:
    """One trace: the program, the operands of its inputs and outputs."""

    program: Program
    inputs: list[dict[str, Any]]
    outputs: dict[str, Any]


def trace(function: Callable[..., object] | None, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Read the program of an entry point.

    Args:
        function: the entry point.
        spec: "file" (name that the module was compiled under), "parameters" (name, kind, role, spec of each),
            "arguments" and "arrays" of one case, as the worker's case question has them.

    Returns:
        {"available": bool, "reason": why not or None, "program": plain data or None}; the program's form is
        described in judge/flow/program.py.
    """
    if function is None:
        return _none("the entry point is a table of functions")
    reason = ""
    for mode in (WATCHED,) if spec.get("watch") else MODES:
        try:
            return {"available": True, "reason": None, "program": _program(function, spec, mode)}
        except TooLong as error:
            reason = f"the program has more than {error.args[0]} operations"
        except BaseException as error:  # whatever the learner's code does when it is traced
            reason = f"the program could not be traced ({_why(error).strip(': ')})"
    return _none(reason)


def _why(error: BaseException) -> str:
    """What went wrong, in one line."""
    if isinstance(error, jax.errors.UnexpectedTracerError):
        return "it hands values from one thread or transformation to another"
    return f"{type(error).__name__}: {str(error).splitlines()[0][:200] if str(error) else ''}"


def _none(reason: str) -> dict[str, Any]:
    return {"available": False, "reason": reason, "program": None}


def _program(function: Callable[..., object], spec: Mapping[str, Any], mode: str) -> dict[str, Any]:
    first = _whole(_traced(function, spec, mode, other=False))
    second = _again(function, spec, mode)
    read: tuple[dict[str, Any], dict[str, Any] | None] | None = None
    others = repeat(None) if second is None else reductions(second)
    for one, other in zip(reductions(first), others, strict=False):
        if not fits(one):
            continue
        if other is not None and _aligned(one, other):
            read = (one, other)
            break
        read = read or (one, None)
    if read is None:
        raise TooLong(MAX_STEPS)
    program, other = read
    changed = None if other is None else other["constants"]
    told = plain_constants(program["constants"], changed, only_seed=mode == "variables", down=mode == WATCHED)
    return {
        "version": 1,
        "mode": mode,
        "aligned": other is not None,
        "numbers": _numbers(spec, mode),
        **program,
        "constants": told,
    }


def _numbers(spec: Mapping[str, Any], mode: str) -> dict[str, float]:
    """What the number parameters were, by role."""
    ours = numbers(spec, other=False, own=mode == WATCHED)
    pairs = zip(spec["parameters"], spec["arguments"], strict=True)
    return {
        parameter["role"]: ours.get(parameter["role"], given["number"])
        for parameter, given in pairs
        if parameter["role"] and "number" in given
    }


def _whole(traced: Traced) -> dict[str, Any]:
    return {**traced.program.plain(), "inputs": traced.inputs, "outputs": traced.outputs}


def _again(function: Callable[..., object], spec: Mapping[str, Any], mode: str) -> dict[str, Any] | None:
    try:
        return _whole(_traced(function, spec, mode, other=True))
    except BaseException:  # the first trace stands; only what constants depend on stays unknown
        return None


def _aligned(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether both have the same operations on the same operands."""
    shape = [[(step["op"], step["in"], step["out"]) for step in program["steps"]] for program in (one, other)]
    return shape[0] == shape[1] and len(one["constants"]) == len(other["constants"])


def _traced(function: Callable[..., object], spec: Mapping[str, Any], mode: str, *, other: bool) -> Traced:
    values = Values() if spec.get("values") and not other else None
    run = mode in {"recorded", WATCHED}
    given = numbers(spec, other=other, own=mode == WATCHED)
    asked = arguments(spec, given, abstract=not run, variables=mode == "variables")
    program = Program(spec["file"], values)
    if run:
        return Traced(program, *recorded(function, asked, program, plain=mode == WATCHED))
    return Traced(program, *_abstract(function, asked, program))


def evaluable(
    function: Callable[..., object] | None, spec: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[Array, ...]]:
    """The program of an entry point at a case's own shapes and numbers, so that it can be evaluated.

    Args:
        spec: as for `trace`, and "mode": how the program is to be read.

    Returns:
        {"reason": why there is none} or {"program", "constants", "returned"}, see evaluable.py; its arrays.
    """
    if function is None:
        return {"reason": "the entry point is a table of functions"}, ()
    try:
        program = Evaluable(spec["file"])
        asked = arguments(
            spec, numbers(spec, other=False, own=True), abstract=False, variables=spec["mode"] == "variables"
        )
        if spec["mode"] in {"recorded", WATCHED}:
            inputs, outputs = recorded(function, asked, program, plain=spec["mode"] == WATCHED)
        else:
            inputs, outputs = _abstract(function, asked, program)
        return program.plain(outputs, len(inputs)), tuple(program.arrays)
    except Unencodable as error:
        return {"reason": f"{error.args[0]} can't be evaluated without the submission"}, ()
    except BaseException as error:  # whatever the learner's code does when it is traced
        return {"reason": _why(error).strip(": ")}, ()


def _held(leaf: Leaf) -> np.ndarray[Any, Any]:
    """What a leaf of the arguments has in it, in the dtype that the program gets it in."""
    return np.asarray(leaf.concrete, jax.dtypes.canonicalize_dtype(np.result_type(leaf.concrete)))


def _abstract(
    function: Callable[..., object], asked: list[Argument], program: Program | Evaluable
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Trace with abstract arrays: nothing is computed, no backend is started."""
    outputs: dict[str, Any] = {}

    def step(leaves: list[Any]) -> list[Any]:
        given = iter(leaves)
        values = [argument.fill(given) for argument in asked]
        with watched() as models, visible_casts():
            result = function(*values)
            flat: list[Any] = []
            outputs.update(program.collect(result, models, flat))
        return flat

    leaves = [leaf.abstract for argument in asked for leaf in argument.leaves]
    closed = jax.make_jaxpr(step)(leaves)
    operands = [program.variable(variable.aval) for variable in closed.jaxpr.invars]
    if program.values is not None:
        program.values.set(operands, [_held(leaf) for argument in asked for leaf in argument.leaves])
    results = program.inline(closed.jaxpr, closed.consts, operands, NOWHERE)
    described = [leaf.described for argument in asked for leaf in argument.leaves]
    inputs = [{**item, "operand": operand} for item, operand in zip(described, operands, strict=True)]
    return inputs, program.ports(outputs, results)
