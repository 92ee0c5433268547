"""What makes compiling quick, and needs private parts of JAX.

Checked with jax 0.9 to 0.10; tests/worker/test_compile_private.py names what a new release breaks. Where
that part is gone, programs compile as slowly as everywhere else, and nothing else changes.
"""

import importlib
import threading
from contextlib import suppress
from typing import Any

from jax._src.interpreters import mlir


def reuse_contexts() -> bool:
    """Lower all programs of a thread in one MLIR context; whether this JAX has a place to say so.

    JAX makes a context for each program, and fills it with every dialect it knows: 3 ms, of the 10 ms that an
    eager operation on a new shape takes. A context only keeps types and attributes, so that the programs
    lowered in it are the same.
    """
    make = getattr(mlir, "make_ir_context", None)
    if make is None:
        return False
    if not isinstance(make, _OneContext):
        mlir.make_ir_context = _OneContext(make)
        mlir.make_ir_context()  # a process that is forked from this one has it already
    return True


def preload() -> None:
    """Import what JAX imports when it lowers its first program: hundreds of classes, 40 ms."""
    for module in ("builtin", "mhlo"):
        with suppress(ImportError):
            importlib.import_module(f"jaxlib.mlir.dialects.{module}")


class _OneContext:
    """Gives each thread one context: the modules in it are built without locks."""

    def __init__(self, make: Any) -> None:  # noqa: ANN401 - a function of JAX's
        self._make = make
        self._own = threading.local()

    def __call__(self) -> Any:  # noqa: ANN401 - an MLIR context
        if not hasattr(self._own, "context"):
            self._own.context = self._make()
        return self._own.context
