"""The models and optimizers that a learner's code makes, to see what they hold after the step."""

import contextlib
from collections.abc import Iterator
from typing import Any

import jax
from flax import nnx

from .jax_private import constructions
from .opaque import Opaque

MAX_OBJECTS = 64
MAX_ARRAYS = 64


class Models:
    """Everything that was constructed during one call."""

    def __init__(self) -> None:
        self.made: list[object] = []

    def note(self, made: object) -> None:
        """One more object."""
        if len(self.made) < MAX_OBJECTS and isinstance(made, nnx.Module | nnx.Optimizer):
            self.made.append(made)

    def stored(self) -> list[tuple[str, Any]]:
        """(path, array) of each parameter of the constructed models, each once."""
        return self._variables(nnx.Module, nnx.Param)

    def optimizer_state(self) -> list[tuple[str, Any]]:
        """(path, array) of the optimizers' state."""
        return self._variables(nnx.Optimizer, ...)

    def _variables(self, kind: type, wanted: Opaque) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = []
        seen: set[int] = set()
        for made in self.made:
            if not isinstance(made, kind):
                continue
            for path, variable in _state(made, wanted):
                value = getattr(variable, "get_value", lambda variable=variable: variable)()
                if id(variable) not in seen and isinstance(value, jax.Array):
                    seen.add(id(variable))
                    found.append((".".join(map(str, path)), value))
        return found[:MAX_ARRAYS]


def _state(made: object, wanted: Opaque) -> list[tuple[Any, Any]]:
    try:
        variables = [(path, node) for path, node in nnx.iter_graph(made) if isinstance(node, nnx.Variable)]
    except Exception:  # an object that can't be walked tells nothing
        return []
    return [(path, node) for path, node in variables if wanted is ... or isinstance(node, wanted)]


@contextlib.contextmanager
def watched() -> Iterator[Models]:
    """Note what is constructed meanwhile."""
    models = Models()
    with constructions(models.note):
        yield models
