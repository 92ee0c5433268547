"""What a traced call gave: the arrays it returned, and those its models and optimizers hold."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

from .models import Models
from .opaque import Opaque

MAX_RETURNED = 64


def collect(result: object, models: Models, flat: list[Any]) -> dict[str, Any]:
    """{"returned": [...], "stored".

    [...], "optimizer": [...]}: each array by its place in `flat`, None for other things.
    """
    leaves = jax.tree_util.tree_leaves_with_path(result, is_leaf=lambda item: item is None)
    groups = {
        "returned": [(jax.tree_util.keystr(path), leaf) for path, leaf in leaves[:MAX_RETURNED]],
        "stored": models.stored(),
        "optimizer": models.optimizer_state(),
    }
    return {name: [_output(path, leaf, flat) for path, leaf in items] for name, items in groups.items()}


def _output(path: str, leaf: Opaque, flat: list[Any]) -> dict[str, Any]:
    if not isinstance(leaf, jax.Array | np.ndarray | np.generic) or leaf.dtype == object:
        return {"path": path[:200], "index": None}
    flat.append(leaf)
    return {"path": path[:200], "index": len(flat) - 1}


def with_operands(
    outputs: dict[str, Any], operands: Sequence[int | None], dtype_of: Callable[[int], str]
) -> dict[str, Any]:
    """The same with the operand and dtype of each array in place of its place in the list."""

    def output(item: dict[str, Any]) -> dict[str, Any]:
        operand = None if item["index"] is None else operands[item["index"]]
        dtype = None if operand is None else dtype_of(operand)
        return {"path": item["path"], "operand": operand, "dtype": dtype}

    return {name: [output(item) for item in items] for name, items in outputs.items()}
