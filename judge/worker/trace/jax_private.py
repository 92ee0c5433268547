"""What the trace needs of JAX's and Flax's private parts; recordings are in recording_private.

Checked with jax 0.9 to 0.10 and flax 0.12; tests/worker/trace/test_jax_private.py names the function that
a new release breaks. Nothing else in the worker may import `jax._src` or `flax.nnx.<module>`.
"""

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flax import nnx
from jax._src import core, source_info_util
from jax._src.lax import lax as lax_internal

from .opaque import Opaque

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
    """As "package/function", the package as it is installed; in optax with the function that made it."""
    package = code.co_filename.partition("site-packages/")[2].partition("/")[0]
    name = code.co_qualname.replace(".<locals>", "") if package == "optax" else code.co_name
    return f"{package}/{name}"


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
def visible_casts(kinds: Opaque = core.Tracer) -> Iterator[None]:
    """Leave a copy in the program where a cast is asked for that changes nothing.

    JAX drops it, but it tells where the learner believes to cast. Only casts to half precision count, of
    values of these kinds.
    """
    original = lax_internal._convert_element_type  # noqa: SLF001 - the one function that all casts come through

    def convert(operand: Opaque, new_dtype: Opaque = None, *args: Opaque, **kwargs: Opaque) -> Opaque:
        result = original(operand, new_dtype, *args, **kwargs)
        asked = sys._getframe(1).f_code.co_name in CASTS and new_dtype is not None  # noqa: SLF001 - there is no public way
        if asked and result is operand and isinstance(result, kinds) and str(result.dtype) in HALVES:
            return lax_internal.copy_p.bind(result)
        return result

    lax_internal._convert_element_type = convert  # noqa: SLF001 - as above
    try:
        yield
    finally:
        lax_internal._convert_element_type = original  # noqa: SLF001 - as above
