"""What a text has NumPy divide in half precision, and what it has it round, however it is written."""

import pytest

from judge.pitfalls.reading.parts.numpy_halves import NumpyHalves
from judge.pitfalls.reading.source import Source

HEAD = "import numpy as np\nhalf = ml_dtypes.bfloat16\ndef step(grads, loss_scale):\n"


def halves(*lines: str) -> NumpyHalves:
    return NumpyHalves(Source(HEAD + "".join(f"    {line}\n" for line in lines)), "bfloat16", "loss_scale")


@pytest.mark.parametrize(
    "lines",
    [
        ("kept = [np.array(g, half) for g in grads]", "kept = [k / loss_scale for k in kept]"),
        ("kept = np.asarray(grads, dtype=half)", "kept = kept / half(loss_scale)"),
        ("kept = grads.astype('bfloat16')", "kept = np.divide(kept, loss_scale)"),
        ("kept = {'w': np.array(grads, half)}", "kept = kept['w'] / loss_scale"),
        ("kept = [np.array(g, half) for g in grads]", "k = jax.tree.map(lambda a: a / loss_scale, kept)"),
        ("kept = np.zeros(3, half)", "for p, k in zip(grads, [kept]): use(p, k / loss_scale)"),
        ("kept = grads.astype(half); inverse = 1.0 / loss_scale", "kept = kept * inverse"),
        ("kept = grads.astype(half)", "kept = np.multiply(1.0 / loss_scale, kept)"),
        ("kept = (grads.astype(half) * 2, 1)", "kept = [kept[0] / loss_scale, kept[1] / loss_scale]"),
    ],
)
def test_a_division_of_half_precision_numbers(lines: tuple[str, ...]) -> None:
    assert halves(*lines).divided() == 5
    assert halves(*lines).rounded() is None


@pytest.mark.parametrize(
    "line",
    [
        "kept = [np.asarray(g / loss_scale, half) for g in grads]",
        "kept = (np.asarray(grads) / loss_scale).astype(half)",
        "kept = (np.asarray(grads, half).astype(np.float32) / loss_scale).astype('bfloat16')",
        "kept = np.array(np.divide(grads, loss_scale), dtype=ml_dtypes.bfloat16)",
    ],
)
def test_a_quotient_that_is_rounded(line: str) -> None:
    assert halves("x = 1", line).rounded() == 5
    assert halves("x = 1", line).divided() is None


@pytest.mark.parametrize(
    "lines",
    [
        ("kept = [g / loss_scale for g in grads]",),
        ("kept = np.array(grads, half)", "kept = kept.astype(np.float32) / loss_scale"),
        ("kept = np.array(grads, half)", "kept = kept / np.float32(loss_scale)"),
        ("kept = np.array(grads, half)", "kept = kept / 2"),
        ("kept = np.array(grads, half)", "kept = [kept / loss_scale, grads / loss_scale]"),  # one of two
        ("kept = np.array(grads, half)", "loss = kept.sum() * loss_scale"),
        ("x = (",),  # no program
        ("kept = np.array(grads, half)", f"kept = (kept{' + 1' * 500}) / loss_scale"),  # too deep
        ("kept = np.array(grads, half)", "kept = kept / loss_scale", *["x = 1"] * 9000),  # too long
    ],
)
def test_what_tells_nothing(lines: tuple[str, ...]) -> None:
    assert (halves(*lines).divided(), halves(*lines).rounded()) == (None, None)
