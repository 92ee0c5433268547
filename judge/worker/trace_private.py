"""Everything that the trace needs of JAX's and Flax's private parts, in one place.

Checked with jax 0.9 to 0.10 and flax 0.12; tests/worker/test_trace_private.py names the function that a new
release breaks. Nothing else in the worker may import `jax._src` or `flax.nnx.<module>`.
"""

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flax import nnx
from jax._src import core, source_info_util
from jax._src.lax import lax as lax_internal

from .trace_types import Opaque

CASTS = {"astype", "asarray", "array", "convert_element_type"}
ARRAY_ONLY = {"devices", "is_fully_addressable", "nbytes", "itemsize"}
HALVES = {"bfloat16", "float16"}
MAX_FRAMES = 12
MAX_API = 40


@dataclass(frozen=True, slots=True)
class Place:
    """Where an operation was asked for.

    Attributes:
        frames: the learner's frames, innermost first: (line, end line, column, end column, function name).
        api: "package/function" of the library functions below the innermost frame, outermost first.
        phase: "forward" for the differentiated forward, "backward" for its transpose, "" for neither.
    """

    frames: tuple[tuple[int, int, int, int, str], ...]
    api: tuple[str, ...]
    phase: str

    def within(self, call: "Place") -> "Place":
        """This place inside of a sub-program that was entered at `call`."""
        phases = {self.phase, call.phase}
        phase = next((name for name in ("backward", "forward") if name in phases), "")
        if not self.frames:
            return Place(call.frames, (call.api + self.api)[-MAX_API:], phase)
        shared = self.frames[-len(call.frames) :] == call.frames if call.frames else True
        return Place(self.frames if shared else self.frames + call.frames, self.api, phase)


def place_of(source: Opaque, file: str) -> Place:
    """Read a SourceInfo; `file` is the name that the learner's module was compiled under."""
    stack = str(source.name_stack)
    phase = "backward" if "transpose(" in stack else "forward" if "jvp(" in stack else ""
    frames: list[tuple[int, int, int, int, str]] = []
    library: list[str] = []
    codes, offsets = source.traceback.raw_frames() if source.traceback else ((), ())
    for code, offset in zip(codes, offsets, strict=True):
        if code.co_filename == file:
            frames.append(_frame(code, offset))
            if len(frames) == MAX_FRAMES:
                break
        elif not frames:
            library.append(_library_name(code))
    return Place(tuple(frames), tuple(reversed(library[-MAX_API:])), phase)


def _library_name(code: Opaque) -> str:
    """As "package/function", the package as it is installed."""
    package = code.co_filename.partition("site-packages/")[2].partition("/")[0]
    return f"{package}/{code.co_name}"


def _frame(code: Opaque, offset: int) -> tuple[int, int, int, int, str]:
    frame = source_info_util.raw_frame_to_frame(code, offset)
    end = frame.end_line or frame.start_line
    return frame.start_line, end, frame.start_column, frame.end_column, code.co_name


def is_literal(atom: Opaque) -> bool:
    """Whether an operand is a constant in the program."""
    return isinstance(atom, core.Literal)


def open_program(value: Opaque) -> tuple[Any, Sequence[Any]] | None:
    """(jaxpr, constants) where a parameter of an equation is a sub-program, None where it is not."""
    if isinstance(value, core.ClosedJaxpr):
        return value.jaxpr, value.consts
    if isinstance(value, core.Jaxpr) and not value.constvars:
        return value, ()
    return None


@contextlib.contextmanager
def constructions(note: Callable[[object], None]) -> Iterator[None]:
    """Call `note` with each nnx object that is constructed meanwhile; merged or cloned ones are not."""
    meta: Opaque = next((base for base in type(nnx.Module).__mro__ if "__call__" in vars(base)), None)
    if meta is None or meta is type:
        yield
        return
    original = meta.__call__

    def construct(cls: type, *args: Opaque, **kwargs: Opaque) -> object:
        made = original(cls, *args, **kwargs)
        note(made)
        return made

    meta.__call__ = construct
    try:
        yield
    finally:
        meta.__call__ = original


@contextlib.contextmanager
def visible_casts() -> Iterator[None]:
    """Leave a copy in the program where a cast is asked for that changes nothing.

    JAX drops it, but it tells where the learner believes to cast. Only casts to half precision count.
    """
    original = lax_internal._convert_element_type  # noqa: SLF001 - the one function that all casts come through

    def convert(operand: Opaque, new_dtype: Opaque = None, *args: Opaque, **kwargs: Opaque) -> Opaque:
        result = original(operand, new_dtype, *args, **kwargs)
        asked = sys._getframe(1).f_code.co_name in CASTS and new_dtype is not None  # noqa: SLF001 - there is no public way
        if asked and result is operand and isinstance(result, core.Tracer) and str(result.dtype) in HALVES:
            return lax_internal.copy_p.bind(result)
        return result

    lax_internal._convert_element_type = convert  # noqa: SLF001 - as above
    try:
        yield
    finally:
        lax_internal._convert_element_type = original  # noqa: SLF001 - as above


# --- recording: run for real, and note every primitive that is evaluated ---


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
        self._trace.exported.append(self.reference)
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

    Attributes:
        exported: references of the values that were read as Python or numpy numbers, in order.
        values: reference → concrete value.
    """

    __slots__ = ("exported", "limit", "steps", "values")

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self.values: list[Any] = []
        self.exported: list[int] = []
        self.limit = limit

    def add(self, value: Opaque) -> Recorded:
        """A value that comes from outside, or from a step."""
        self.values.append(value)
        return Recorded(self, value, len(self.values) - 1)

    def stage_value(self, val: Opaque) -> Opaque:
        """Constants stay what they are until a step uses them."""
        return val

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
        made = [self.add(value) for value in (result if several else [result])]
        operands = tuple(item.reference if isinstance(item, Recorded) else Constant(item) for item in tracers)
        references = tuple(item.reference for item in made)
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


@dataclass(frozen=True, slots=True)
class Constant:
    """An operand that no step made."""

    value: Opaque


class TooLong(Exception):
    """The program has more steps than are read; `args[0]` is how many are."""


@contextlib.contextmanager
def recording(trace: Recording) -> Iterator[None]:
    """Evaluate everything meanwhile under this trace."""
    with core.set_current_trace(trace):
        yield
