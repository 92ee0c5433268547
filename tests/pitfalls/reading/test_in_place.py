"""Where NumPy writes into an array, which leaves no step in a program."""

import pytest

from judge.pitfalls.reading.source import Source
from judge.pitfalls.reading.written.in_place import (
    GRADS,
    UNSCALE,
    divided_in_place,
    line_in_place,
    taken_uncast,
)

ACCUMULATOR, MASTERS, EARLY = "low-precision-accumulator", "master-downcast", "update-per-micro-batch"


def source(*lines: str, numpy: str = "import numpy as np") -> Source:
    body = "".join(f"        {line}\n" for line in lines)
    return Source(f"{numpy}\nhalf = jnp.bfloat16\ndef step(parts):\n    for part in parts:\n{body}")


@pytest.mark.parametrize(
    ("pitfall", "line"),
    [
        (ACCUMULATOR, 'np.add(s, np.asarray(g), out=s, casting="unsafe")'),
        (ACCUMULATOR, "np.sum(g, axis=0, out=total)"),
        (ACCUMULATOR, "total[...] += np.asarray(g)"),
        (MASTERS, "master[name][...] = master[name].astype(half)"),
        (MASTERS, "master[:] = master.astype('bfloat16')"),
        (MASTERS, "np.copyto(master, np.asarray(master, half))"),
        (EARLY, "target -= rate * g"),
        (EARLY, "np.subtract(target, rate * g, out=target)"),
        (UNSCALE, "g /= loss_scale"),
        (GRADS, "np.divide(g.astype(np.float32), scale, out=half)"),
    ],
)
def test_the_one_line_that_writes(pitfall: str, line: str):
    assert line_in_place(source("n += 1", line, "g = part * rate"), pitfall, "bfloat16") == 6
    assert line_in_place(source(line, line), pitfall, "bfloat16") is None
    assert line_in_place(source(line, numpy="import jax.numpy as np"), pitfall, "bfloat16") is None


@pytest.mark.parametrize(
    ("pitfall", "line"),
    [
        (ACCUMULATOR, "total += g"),  # it may well be the sum's own precision
        (MASTERS, "master[...] = master.astype('float32')"),
        (MASTERS, "master = master.astype(half)"),
        ("stale-loss", "target -= rate * g"),
    ],
)
def test_what_may_be_right(pitfall: str, line: str):
    assert line_in_place(source(line), pitfall, "bfloat16") is None


@pytest.mark.parametrize(
    ("line", "pitfall"),
    [
        ("g /= loss_scale", UNSCALE),
        ("g *= 1 / loss_scale", UNSCALE),
        ("g /= np.float32(loss_scale)", GRADS),
        ("np.divide(g, loss_scale, out=g)", UNSCALE),
        ("np.divide(g.astype(np.float32), loss_scale, out=g, casting='unsafe')", GRADS),
        ("g = g / loss_scale", None),
    ],
)
def test_in_which_precision_numpy_divides(line: str, pitfall: str | None):
    assert divided_in_place(source(line)) == pitfall


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Y = np.asarray(y)", True),
        ("Y, X = np.array(y), np.array(x)", True),
        ("Y = np.asarray(y).astype(half)", False),
        ("Y = np.asarray(y, half)", False),
        ("Y = np.asarray(x)", False),
    ],
)
def test_where_numpy_takes_the_targets_as_they_are(line: str, *, told: bool):
    assert taken_uncast(source(line), "y") == (5 if told else None)
    assert taken_uncast(source(line, line), "y") is None
    assert taken_uncast(source(line, numpy="import jax.numpy as np"), "y") is None
