"""What docs/detectors.md says of detectors: its example finds what it says, and its names are there."""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from traced import flow_of, problem_of

from judge.finding import Finding
from judge.flow.facts import Fact
from judge.flow.training_step import TrainingStep
from judge.pitfalls import Clues

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/detectors.md").read_text(encoding="utf-8")
RIGHT = (ROOT / "reference/layer_norm_step/reference.py").read_text(encoding="utf-8")
CAST = "features = x.astype(jnp.float32)"


@pytest.fixture(scope="module")
def detect() -> Callable[[Clues], Iterator[Finding]]:
    """The guide's example."""
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    module: dict[str, Any] = {}
    exec(compile(code, "docs/detectors.md", "exec"), module)
    return module["detect"]


def found(detect: Callable[[Clues], Iterator[Finding]], source: str) -> list[tuple[str, int | None]]:
    clues = Clues(problem=problem_of(source), flow=flow_of(source), source=source)
    assert clues.flow.available
    return [(one.message, one.line) for one in detect(clues)]


def test_the_example_is_silent_on_the_right_program(detect: Callable[[Clues], Iterator[Finding]]):
    assert found(detect, RIGHT) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (CAST, "features = x", "features.mean("),
        ("features.mean(axis=1, keepdims=True)", "jax.jit(middle)(x)", "rows.mean("),
    ],
)
def test_the_example_names_the_line_of_the_mean(
    detect: Callable[[Clues], Iterator[Finding]], old: str, new: str, line: str
):
    helper = "\n\ndef middle(rows):\n    return rows.mean(axis=1, keepdims=True)\n"
    source = RIGHT.replace(old, new) + helper
    assert source != RIGHT + helper
    ((message, where),) = found(detect, source)
    assert message == "the mean over a row is rounded to bfloat16 here"
    assert where is not None
    assert line in source.splitlines()[where - 1]


def test_the_fields_that_the_guide_names_are_there():
    facts, steps = {one.name for one in fields(Fact)}, {one.name for one in fields(TrainingStep)}
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", GUIDE, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"\w+", row)} <= facts
    sentence = GUIDE[GUIDE.index("has the parts put together") :].partition(".")[0]
    assert set(re.findall(r"`(\w+)`", sentence)) <= steps
    for asked in re.findall(r"`clues\.(\w+)", GUIDE):
        assert hasattr(Clues, asked) or asked in {one.name for one in fields(Clues)}
    assert all((ROOT / path).exists() for path in re.findall(r"`(judge/[\w/.]+)`", GUIDE))
