"""The learner's step as plain data that can be evaluated: with everything that decides its numbers.

Built up in place of a Program (trace_program), from the same trace. Its form:

    {"inputs": n, "steps": [{op, in, out, dtypes, params}, ...], "outs": [operand, ...]}

A sub-program has the "dtypes" of its inputs, too.
An operand k >= 0 is the k-th value of this (sub-)program, inputs first; -1 - k is constant k of the whole.
Parameters are as evaluable_data has them. Loops, branches and calls stay what they are, with sub-programs in
their parameters.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import numpy as np

from ..trace.jax_private import Place, is_literal, open_program
from ..trace.models import Models
from ..trace.opaque import Opaque
from ..trace.outputs import MAX_RETURNED
from ..trace.recording_private import TooLong
from ..wire import Array
from .primitive_data import Unencodable, encode, encode_constant

MOST_STEPS = 20_000
MOST_BYTES = 1 << 20  # of all constants together
SCATTERS = ("scatter", "scatter-add", "scatter-sub", "scatter_mul", "scatter_min", "scatter_max")
# What a call needs of its parameters: the others say how to compile, to place or to differentiate it.
CALLS = {
    "jit": ("jaxpr", "name"),
    "pjit": ("jaxpr", "name"),
    "remat2": ("jaxpr",),
    "checkpoint": ("jaxpr",),
    "shard_map": ("jaxpr",),  # on the one device that a worker has
    "closed_call": ("call_jaxpr",),
    "core_call": ("call_jaxpr",),
    "custom_jvp_call": ("call_jaxpr",),
    "custom_vjp_call": ("call_jaxpr", "fun_jaxpr"),
    "custom_vjp_call_jaxpr": ("call_jaxpr", "fun_jaxpr"),
    "scan": ("jaxpr", "num_consts", "num_carry", "length", "reverse"),
    "while": ("cond_jaxpr", "body_jaxpr", "cond_nconsts", "body_nconsts"),
    "cond": ("branches",),
    **dict.fromkeys(SCATTERS, ("dimension_numbers", "indices_are_sorted", "unique_indices", "mode")),
    "device_put": (),
    "sharding_constraint": (),
    "reshard": (),
    "stop_gradient": (),
}


class Evaluable:
    """What is built up; the methods are those of trace_program.Program.

    Attributes:
        constants: (implementation or None, index into `arrays`) each.
    """

    values = None  # those of Program are not measured here

    def __init__(self, file: str) -> None:
        self.file = file
        self.constants: list[tuple[str | None, int]] = []
        self.arrays: list[Array] = []
        self.count = 0
        self._avals: list[tuple[str, tuple[int, ...]]] = []
        self._steps: list[dict[str, Any]] = []
        self._known: dict[Any, int] = {}
        self._bytes = 0

    # --- as a program ---

    def variable(self, aval: Opaque) -> int:
        """A new variable."""
        self._avals.append((str(getattr(aval, "dtype", "other")), tuple(getattr(aval, "shape", ()))))
        return len(self._avals) - 1

    def constant(self, value: Opaque, aval: Opaque = None, *, known: bool = True) -> int:
        """A constant operand; equal ones are one."""
        del known
        impl, array = encode_constant(value, aval)
        key = (impl, array.dtype, array.shape, array.data)
        if key not in self._known:
            self._bytes += len(array.data)
            if self._bytes > MOST_BYTES:
                raise Unencodable("constants of so many bytes")
            self.arrays.append(array)
            self.constants.append((impl, len(self.arrays) - 1))
            self._known[key] = -len(self.constants)
        return self._known[key]

    def dtype(self, operand: int) -> str:
        """The dtype of a variable or constant."""
        if operand >= 0:
            return self._avals[operand][0]
        return self.arrays[self.constants[-operand - 1][1]].dtype

    def step(
        self, name: str, operands: Sequence[int], results: Sequence[int], place: Place, params: Opaque = None
    ) -> None:
        """One more operation of our own: a copy, cast or reshaping of a value that came back."""
        del place, params
        dtype, shape = self._avals[results[0]]
        self._add(name, operands, results, {"again": [dtype, list(shape)]})

    def equation(
        self,
        primitive: Opaque,
        params: Mapping[str, Any],
        operands: list[int],
        avals: list[Any],
        place: Place,
    ) -> list[int]:
        """Add one equation, whole."""
        del place
        name = primitive if isinstance(primitive, str) else primitive.name
        results = [self.variable(aval) for aval in avals]
        self._add(name, operands, results, self._params(name, params))
        return results

    def inline(
        self, jaxpr: Opaque, constants: Sequence[Any], operands: Sequence[int], outer: Place
    ) -> list[int]:
        """Add a program's equations; the operands that its results are."""
        env = dict(zip(jaxpr.invars, operands, strict=True))
        env.update(
            (variable, self.constant(value, variable.aval))
            for variable, value in zip(jaxpr.constvars, constants, strict=True)
        )

        def read(atom: Opaque) -> int:
            return self.constant(atom.val, atom.aval) if is_literal(atom) else env[atom]

        for equation in needed(jaxpr):
            avals = [variable.aval for variable in equation.outvars]
            operands = [read(atom) for atom in equation.invars]
            results = self.equation(equation.primitive, equation.params, operands, avals, outer)
            env.update(zip(equation.outvars, results, strict=True))
        return [read(atom) for atom in jaxpr.outvars]

    # --- outputs ---

    @staticmethod
    def collect(result: object, models: Models, flat: list[Any]) -> dict[str, Any]:
        """The form of what was returned, as `values.describe` has it; its arrays go to `flat`."""
        del models
        return {"returned": _form(result, flat)}

    @staticmethod
    def ports(outputs: dict[str, Any], results: Sequence[int]) -> dict[str, Any]:
        """The form, and which operand each of its arrays is."""
        return {**outputs, "outs": list(results)}

    def plain(self, outputs: Mapping[str, Any], inputs: int) -> dict[str, Any]:
        """JSON-able data, but for the arrays."""
        wanted = set(outputs["outs"])
        kept = []
        for step in reversed(self._steps):
            if not wanted.isdisjoint(step["out"]):
                wanted.update(step["in"])
                kept.append(step)
        program = {"inputs": inputs, "steps": kept[::-1], "outs": outputs["outs"]}
        return {"program": program, "constants": self.constants, "returned": outputs["returned"]}

    # --- inside ---

    def _add(
        self, name: str, operands: Sequence[int], results: Sequence[int], params: Mapping[str, Any]
    ) -> None:
        self.count += 1
        if self.count > MOST_STEPS:
            raise TooLong(MOST_STEPS)
        dtypes = [self._avals[result][0] for result in results]
        self._steps.append(
            {"op": name, "in": list(operands), "out": list(results), "dtypes": dtypes, "params": params}
        )

    def _params(self, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
        kept = CALLS.get(name, tuple(params))
        try:
            return {key: encode(params[key], self._program) for key in kept if key in params}
        except Unencodable as error:
            said = error.args[0]
            raise Unencodable(said if said.startswith("`") else f"`{name}` ({said})") from None

    def _program(self, value: Opaque) -> dict[str, Any] | None:
        """A sub-program of its own numbering; constants are those of the whole."""
        found = open_program(value)
        if found is None:
            return None
        jaxpr, constants = found
        outer = self._avals, self._steps
        self._avals, self._steps = [], []
        try:
            operands = [self.variable(variable.aval) for variable in jaxpr.invars]
            outs = self.inline(jaxpr, constants, operands, Place((), (), ""))
            dtypes = [dtype for dtype, _ in self._avals[: len(operands)]]
            return {"inputs": len(operands), "dtypes": dtypes, "steps": self._steps, "outs": outs}
        finally:
            self._avals, self._steps = outer


def needed(jaxpr: Opaque) -> list[Any]:
    """The equations that its results need, in their order: what only prints is none of them."""
    wanted = {atom for atom in jaxpr.outvars if not is_literal(atom)}
    kept = []
    for equation in reversed(jaxpr.eqns):
        if not wanted.isdisjoint(equation.outvars):
            wanted.update(atom for atom in equation.invars if not is_literal(atom))
            kept.append(equation)
    return kept[::-1]


def _form(value: Opaque, flat: list[Any]) -> dict[str, Any]:
    if isinstance(value, jax.Array | np.ndarray):
        if len(flat) >= MAX_RETURNED:
            raise Unencodable("so many arrays")
        flat.append(value)
        return {"array": len(flat) - 1}
    if type(value) in {tuple, list, dict}:
        pairs = dict(value.items() if type(value) is dict else enumerate(value))
        # In the order of JAX's trees, so that these are the outputs of what is read.
        made = {key: _form(pairs[key], flat) for key in sorted(pairs)}
        items = [[str(key), made[key]] for key in pairs]
        return {"tree": {"kind": type(value).__name__, "items": items}}
    raise Unencodable(f"a returned {type(value).__name__}")
