"""Jaxpr or recording → one flat list of operations, as plain data.

Sub-programs are put in place of the operation that runs them. A loop's body and each branch stand there
once; `join` brings together what may be the same value: a carry before and after the body, with how many
"turns" it takes (-1: unknown), or the results of branches, with the operand that says "which". What a carry
starts from is copied where the body has it by other ways, too: there it stays what it was. What a recording
has "recognised" came back from outside with the same numbers.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .concrete.value_sizes import Values
from .jax_private import Place, is_literal, open_program, place_of
from .opaque import Opaque
from .outputs import collect, with_operands
from .recording_private import TooLong

MOST_STEPS = 100_000  # operations of one program, before what nothing depends on is dropped
KEPT = (
    "new_dtype",
    "weak_type",
    "axes",
    "dimension_numbers",
    "preferred_element_type",
    "y",
    "exponent_bits",
    "mantissa_bits",
    "limit_indices",
    "start_indices",
    "permutation",
    "dimension",
    "axis",
    "turns",
    "which",
    "recognised",
)
UNKNOWN_TURNS = -1


class Program:
    """What is built up: variables, constants, operations; see `plain` for their form."""

    collect = staticmethod(collect)

    def __init__(self, file: str, values: Values | None = None) -> None:
        self.file = file
        self.values = values
        self.variables: list[tuple[str, tuple[int, ...], bool]] = []
        self.constants: list[Any] = []
        self.steps: list[dict[str, Any]] = []
        self._places: dict[Place, int] = {}

    def variable(self, aval: Opaque) -> int:
        """A new variable of this dtype, shape and weak type."""
        shape = tuple(int(size) for size in getattr(aval, "shape", ()))
        weak = bool(getattr(aval, "weak_type", False))
        self.variables.append((str(getattr(aval, "dtype", "other")), shape, weak))
        return len(self.variables) - 1

    def constant(self, value: Opaque, aval: Opaque = None, *, known: bool = True) -> int:
        """A constant operand: -1 is the first one.

        -2 the second … `known` is False where it may depend on anything.
        """
        self.constants.append((value, aval, known))
        if self.values is not None:
            self.values.constant(-len(self.constants), value, aval)
        return -len(self.constants)

    def dtype(self, operand: int) -> str:
        """The dtype of a variable or constant."""
        if operand >= 0:
            return self.variables[operand][0]
        value, aval, _ = self.constants[-operand - 1]
        return str(getattr(aval, "dtype", None) or getattr(value, "dtype", "other"))

    def step(
        self, name: str, operands: Sequence[int], results: Sequence[int], place: Place, params: Opaque = None
    ) -> None:
        """One more operation.

        Raises:
            TooLong: there are too many.
        """
        if len(self.steps) >= MOST_STEPS:
            raise TooLong(MOST_STEPS)
        where = self._places.setdefault(place, len(self._places))
        kept = {key: _simple(params[key]) for key in KEPT if params and key in params}
        self.steps.append(
            {"op": name, "in": list(operands), "out": list(results), "at": where, "params": kept}
        )

    def plain(self) -> dict[str, Any]:
        """JSON-able data, but for the constants: those are (value, abstract value, known)."""
        places = [
            {"frames": [list(frame) for frame in place.frames], "api": list(place.api), "phase": place.phase}
            for place in self._places
        ]
        variables = [[dtype, list(shape), weak] for dtype, shape, weak in self.variables]
        return {
            "variables": variables,
            "constants": self.constants,
            "steps": self.steps,
            "places": places,
            "values": self.values.summaries() if self.values is not None else {},
        }

    def ports(self, outputs: dict[str, Any], results: Sequence[int]) -> dict[str, Any]:
        """What was collected, with the operands that its arrays are."""
        return with_operands(outputs, results, self.dtype)

    # --- from jaxprs ---

    def inline(
        self, jaxpr: Opaque, constants: Sequence[Any], operands: Sequence[int], outer: Place
    ) -> list[int]:
        """Add a (sub-)program's operations; the operands that its results are."""
        env: dict[Any, int] = {}
        for variable, value in zip(jaxpr.constvars, constants, strict=True):
            env[variable] = self.constant(value, variable.aval)
        env.update(zip(jaxpr.invars, operands, strict=True))

        def read(atom: Opaque) -> int:
            return self.constant(atom.val, atom.aval) if is_literal(atom) else env[atom]

        for equation in jaxpr.eqns:
            place = place_of(equation.source_info, self.file).within(outer)
            results = self.equation(
                equation.primitive,
                equation.params,
                [read(atom) for atom in equation.invars],
                [variable.aval for variable in equation.outvars],
                place,
            )
            env.update(zip(equation.outvars, results, strict=True))
        return [read(atom) for atom in jaxpr.outvars]

    def equation(
        self,
        primitive: Opaque,
        params: Mapping[str, Any],
        operands: list[int],
        avals: list[Any],
        place: Place,
    ) -> list[int]:
        """Add one equation, or what it runs; `primitive` is a name where nothing is to be evaluated."""
        name = primitive if isinstance(primitive, str) else primitive.name
        special = {"scan": self._scan, "while": self._while, "cond": self._cond}.get(name)
        if special is not None:
            return special(params, operands, avals, place)
        for key in ("jaxpr", "call_jaxpr", "fun_jaxpr"):
            inner = open_program(params.get(key))
            if (
                inner is not None
                and len(inner[0].invars) == len(operands)
                and len(inner[0].outvars) == len(avals)
            ):
                return self.inline(*inner, operands, place)
        results = [self.variable(aval) for aval in avals]
        self.step(name, operands, results, place, params)
        if self.values is not None and not isinstance(primitive, str):
            self.values.run(primitive, params, operands, results, avals)
        return results

    def _joined(
        self,
        groups: Sequence[Sequence[int]],
        avals: Sequence[Any],
        place: Place,
        params: Mapping[str, Any],
    ) -> list[int]:
        results = [self.variable(aval) for aval in avals]
        for result, group in zip(results, groups, strict=True):
            self.step("join", group, [result], place, params)
        return results

    def _carried(
        self, start: Sequence[int], others: Sequence[int], avals: Sequence[Any], place: Place
    ) -> list[int]:
        """What a body's carries are on the first turn, apart from all that is the same on each."""
        carried: list[int] = []
        for operand, aval in zip(start, avals, strict=True):
            own = operand
            if operand in others or start.count(operand) > 1:
                own = self.variable(aval)
                self.step("copy", [operand], [own], place)
            carried.append(own)
        return carried

    def _scan(
        self, params: Mapping[str, Any], operands: list[int], avals: list[Any], place: Place
    ) -> list[int]:
        constants, carries = params["num_consts"], params["num_carry"]
        jaxpr, consts = params["jaxpr"].jaxpr, params["jaxpr"].consts
        fixed = operands[:constants]
        start = self._carried(
            operands[constants : constants + carries],
            [*fixed, *operands[constants + carries :]],
            avals[:carries],
            place,
        )
        rows, turns = [], {"turns": params["length"]}
        for operand, variable in zip(
            operands[constants + carries :], jaxpr.invars[constants + carries :], strict=True
        ):
            rows.append(self.variable(variable.aval))
            self.step("row", [operand], [rows[-1]], place, turns)
        outputs = self.inline(jaxpr, consts, [*fixed, *start, *rows], place)
        results = self._joined(
            list(zip(start, outputs[:carries], strict=True)), avals[:carries], place, turns
        )
        for output, aval in zip(outputs[carries:], avals[carries:], strict=True):
            results.append(self.variable(aval))
            self.step("rows", [output], [results[-1]], place, turns)
        return results

    def _while(
        self, params: Mapping[str, Any], operands: list[int], avals: list[Any], place: Place
    ) -> list[int]:
        skip, constants = params["cond_nconsts"], params["body_nconsts"]
        fixed = operands[skip : skip + constants]
        start = self._carried(operands[skip + constants :], fixed, avals, place)
        jaxpr = params["body_jaxpr"]
        outputs = self.inline(jaxpr.jaxpr, jaxpr.consts, [*fixed, *start], place)
        turns = {"turns": UNKNOWN_TURNS}
        return self._joined(list(zip(start, outputs, strict=True)), avals, place, turns)

    def _cond(
        self, params: Mapping[str, Any], operands: list[int], avals: list[Any], place: Place
    ) -> list[int]:
        branches = [self.inline(item.jaxpr, item.consts, operands[1:], place) for item in params["branches"]]
        groups: list[Sequence[int]] = list(zip(*branches, strict=True))
        return self._joined(groups or [() for _ in avals], avals, place, {"which": operands[0]})


def _simple(value: Opaque) -> Opaque:
    """JSON-able, whatever it is."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, tuple | list):
        return [_simple(item) for item in value[:8]]
    if isinstance(value, np.dtype):
        return value.name
    return str(value)[:80]
