"""The step in numbers that the lesson of mixed_precision_step shows: one weight, in three ways of training.

    python bench/worked_step.py

prints the table and what follows from it, and a test holds the lesson to both.
"""

from collections.abc import Iterator

import jax
import jax.numpy as jnp

NEW = "new weight, as kept"
WEIGHT, INPUT, TARGET, LR = 0.7, 1.5, 1.0, 0.001
COLUMNS = {  # name → what the weight is kept in, what forward and backward compute in
    "float32": (jnp.float32, jnp.float32),
    "bfloat16": (jnp.bfloat16, jnp.bfloat16),
    "mixed": (jnp.float32, jnp.bfloat16),
}


def step(weight: jax.Array, computed: type) -> Iterator[tuple[str, jax.Array]]:
    """One step of SGD on (w * x - y)²: what is computed, in order, each rounded to its dtype.

    Args:
        weight: in the dtype that it is kept in. computed: the dtype of forward and backward.
    """
    x, y = jnp.asarray(INPUT, computed), jnp.asarray(TARGET, computed)
    copy = weight.astype(computed)
    prediction = copy * x
    error = prediction - y
    gradient = (2 * error * x).astype(weight.dtype)
    update = jnp.asarray(LR, weight.dtype) * gradient
    yield "weight, as kept", weight
    yield "weight, as used", copy
    yield "prediction = weight * x", prediction
    yield "error = prediction - y", error
    yield "loss = error ** 2", error**2
    yield "gradient = 2 * error * x", gradient
    yield "update = lr * gradient", update
    yield NEW, weight - update


def steps_until_the_copy_moves() -> int:
    """How many steps with float32 masters it takes until the bfloat16 copy is another number."""
    weight = jnp.asarray(WEIGHT, jnp.float32)
    for count in range(1, 1000):
        weight = dict(step(weight, jnp.bfloat16))[NEW]
        if weight.astype(jnp.bfloat16) != jnp.bfloat16(WEIGHT):
            return count
    raise AssertionError("it doesn't move")


def table() -> str:
    """The steps of all columns side by side, as Markdown: seven significant digits, as float32 has."""
    rows = zip(*(step(jnp.asarray(WEIGHT, kept), used) for kept, used in COLUMNS.values()), strict=True)
    cells = [["", *COLUMNS]]
    cells += [[row[0][0], *(f"{float(value):.7g}" for _, value in row)] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [_line(row, widths) for row in cells]
    rule = (
        "|"
        + "|".join("-" * (width + 1) + (":" if index else "-") for index, width in enumerate(widths))
        + "|"
    )
    return "\n".join([lines[0], rule, *lines[1:]]) + "\n"


def _line(row: list[str], widths: list[int]) -> str:
    first, *numbers = row
    right = (f"{cell:>{width}}" for cell, width in zip(numbers, widths[1:], strict=True))
    return "| " + " | ".join([f"{first:<{widths[0]}}", *right]) + " |"


if __name__ == "__main__":
    print(table())
    print(f"The copy moves after {steps_until_the_copy_moves()} steps.")
