"""What files say of the function, without a process: `_statement` and `_signature` are pure."""

from pathlib import Path

import pytest
import toys

from judge.verify.checks.files import _signature, _statement
from judge.verify.record import Status

GOOD = "Write `step(seed, x)`. `seed` is a number, `x` an array; it returns float32 of shape (1,)."


def faults(text: str) -> list[str]:
    return [one.message for one in _statement(toys.problem(), text) if one.status is Status.FAULT]


def test_a_statement_that_names_everything_is_well():
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("x", "z"), "doesn't mention `x`: say what it is, a learner has to know"),
        (GOOD.replace("step", "leap"), "doesn't mention `step`: say what it is, a learner has to know"),
        (
            GOOD.replace("(seed, x)", "(x, seed)"),
            "shows `step(x, seed)`, but it is called as `step(seed, x)`",
        ),
        (GOOD.replace("float32", "floats"), "doesn't say that the function returns float32"),
        (GOOD.replace("(1,)", "()"), "doesn't say that the function returns an array of shape (1,)"),
    ],
)
def test_what_a_statement_lacks_is_told(text: str, message: str):
    assert message in faults(text)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def step(seed, x): ...", "defines the function with the parameters of problem.yaml"),
        ("def step(x, seed): ...", "defines `step(x, seed)`, but problem.yaml has (seed, x)"),
        ("def leap(seed, x): ...", "defines no function `step` at its top level"),
        ("def step(", "is not Python: '(' was never closed (<unknown>, line 1)"),
    ],
)
def test_the_function_is_looked_for_in_a_file(tmp_path: Path, source: str, message: str):
    path = tmp_path / "starter.py"
    path.write_text(source)
    assert _signature(toys.problem(), path).message == message
