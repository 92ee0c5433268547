"""A run whose every primitive is noted; like trace_private, it needs JAX's private parts.

Checked with jax 0.9 to 0.10; tests/worker/trace/test_jax_private.py names what a new release breaks.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from jax._src import core, source_info_util

from .opaque import Opaque

ARRAY_ONLY = {"devices", "is_fully_addressable", "nbytes", "itemsize"}


@dataclass(frozen=True, slots=True)
class Constant:
    """An operand that no step made."""

    value: Opaque


class TooLong(Exception):
    """The program has more steps than are read; `args[0]` is how many are."""


@dataclass(frozen=True, slots=True)
class Step:
    """One primitive as it was evaluated: operands and results are references, see Recording."""

    name: str
    params: dict[str, Any]
    operands: tuple[Any, ...]
    results: tuple[int, ...]
    source: Opaque


class Recorded(core.Tracer):  # type: ignore[misc] # jax is not typed here
    """A concrete array that remembers which step made it."""

    __slots__ = ("reference", "value")

    def __init__(self, trace: "Recording", value: Opaque, reference: int) -> None:
        # Not by way of Tracer.__init__: it takes the abstract value from jax 0.10 on, and not before.
        self._trace = trace  # type: ignore[misc] # a slot of the base, which has no types here
        self.value = value
        self.reference = reference

    @property
    def aval(self) -> Opaque:
        """The abstract value."""
        return core.typeof(self.value)

    def to_concrete_value(self) -> Opaque:
        """The array itself: JAX asks for it wherever a number is needed."""
        self._trace.export(self.reference)
        return self.value

    def __array__(self, *args: Opaque, **kwargs: Opaque) -> Opaque:
        return np.array(self.to_concrete_value()).__array__(*args, **kwargs)

    def __float__(self) -> float:
        return float(self.to_concrete_value())

    def __int__(self) -> int:
        return int(self.to_concrete_value())

    def __bool__(self) -> bool:
        return bool(self.value)

    def __index__(self) -> int:
        return int(self.value.__index__())

    def __format__(self, spec: str) -> str:
        return format(self.value, spec)

    def __repr__(self) -> str:
        return repr(self.value)

    __str__ = __repr__

    def item(self, *args: int) -> Opaque:
        """As jax.Array.item."""
        return self.to_concrete_value().item(*args)

    def tolist(self) -> Opaque:
        """As jax.Array.tolist."""
        return self.to_concrete_value().tolist()

    def block_until_ready(self) -> "Recorded":
        """Itself."""
        return self

    def copy_to_host_async(self) -> None:
        """Do nothing: it is here already."""

    def __getattr__(self, name: str) -> Opaque:
        return getattr(self.value, name) if name in ARRAY_ONLY else super().__getattr__(name)

    # What tracers refuse and arrays have.
    sharding = property(lambda self: self.value.sharding)
    device = property(lambda self: self.value.device)
    committed = property(lambda self: self.value.committed)


class Recording(core.Trace):  # type: ignore[misc] # jax is not typed here
    """A trace whose values are concrete: `steps` is what was evaluated.

    Args:
        limit: how many steps are noted.
        plain: hand out the arrays themselves, as a run does that nobody notes. What is read of them as
            numbers is then not seen, so that any of them may have been.

    Attributes:
        values: reference → concrete value.
    """

    __slots__ = ("_exported", "_known", "limit", "plain", "steps", "values")

    def __init__(self, limit: int, *, plain: bool = False) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self.values: list[Any] = []
        self._exported: list[int] = []
        self._known: dict[int, int] = {}  # id of a value, which is kept, → reference
        self.limit = limit
        self.plain = plain

    def add(self, value: Opaque) -> Opaque:
        """A value that comes from outside, or from a step: what stands for it while it runs."""
        self.values.append(value)
        reference = len(self.values) - 1
        if self.plain:
            self._known[id(value)] = reference
            return value
        return Recorded(self, value, reference)

    def reference(self, item: Opaque) -> int | None:
        """Which value this stands for, None for one from elsewhere."""
        return item.reference if isinstance(item, Recorded) else self._known.get(id(item))

    def export(self, reference: int) -> None:
        """This value is read as a number."""
        self._exported.append(reference)

    @property
    def exported(self) -> list[int]:
        """References of values that were, or may have been, read as numbers."""
        return list(range(len(self.values))) if self.plain else self._exported

    def stage_value(self, val: Opaque) -> Opaque:
        """Constants stay what they are until a step uses them, or are arrays at once, as in a plain run."""
        return core.eval_trace.stage_value(val) if self.plain else val

    def process_primitive(self, primitive: Opaque, tracers: Opaque, params: Opaque, /) -> Opaque:
        """Evaluate, and note it."""
        if len(self.steps) >= self.limit:
            raise TooLong(self.limit)
        values = [item.value if isinstance(item, Recorded) else item for item in tracers]
        with core.set_current_trace(core.eval_trace):
            result = primitive.bind(*values, **params)
        return self._note(primitive, tracers, params, result)

    def _note(self, primitive: Opaque, tracers: Opaque, params: Opaque, result: Opaque) -> Opaque:
        several = primitive.multiple_results
        known = [self.reference(item) for item in tracers]  # before a result is, which may be the same array
        operands = tuple(
            Constant(item) if one is None else one for item, one in zip(tracers, known, strict=True)
        )
        first = len(self.values)
        made = [self.add(value) for value in (result if several else [result])]
        references = tuple(range(first, len(self.values)))
        self.steps.append(
            Step(primitive.name, dict(params), operands, references, source_info_util.current())
        )
        return made if several else made[0]

    def process_custom_jvp_call(
        self, _primitive: Opaque, fun: Opaque, _jvp: Opaque, tracers: Opaque, /, **_: Opaque
    ) -> Opaque:
        """Run the function itself, as plain evaluation does."""
        return self._run(fun, tracers)

    def process_custom_vjp_call(
        self, _primitive: Opaque, fun: Opaque, _fwd: Opaque, _bwd: Opaque, tracers: Opaque, /, **_: Opaque
    ) -> Opaque:
        """Run the function itself, as plain evaluation does."""
        return self._run(fun, tracers)

    def process_call(self, _primitive: Opaque, f: Opaque, tracers: Opaque, _params: Opaque, /) -> Opaque:
        """Run the called function under this trace."""
        return self._run(f, tracers)

    def _run(self, function: Opaque, tracers: Opaque) -> Opaque:
        with core.set_current_trace(self):
            return function.call_wrapped(*tracers)


@contextlib.contextmanager
def recording(trace: Recording) -> Iterator[None]:
    """Evaluate everything meanwhile under this trace."""
    with core.set_current_trace(trace):
        yield
