import importlib
import re
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.process  # it imports JAX once it is run
ROOT = Path(__file__).resolve().parents[2]
STATEMENT = (ROOT / "problems/mixed_precision_step/statement.md").read_text(encoding="utf-8")


@pytest.fixture(name="worked")
def _worked(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "bench")
    return importlib.import_module("worked_step")


def test_the_lessons_step_in_numbers_is_what_comes_out(worked: ModuleType):
    assert f"\n\n{worked.table()}\n" in STATEMENT


def test_the_lesson_says_what_the_step_starts_from(worked: ModuleType):
    (said,) = re.findall(
        r"One weight `w` of (.*?), `x` = (.*?), `y` = (.*?), a learning rate of (\S+)", STATEMENT
    )
    assert [*map(float, said)] == [worked.WEIGHT, worked.INPUT, worked.TARGET, worked.LR]


def test_what_the_lesson_says_of_the_step_is_true(worked: ModuleType):
    said = " ".join(STATEMENT.split())
    full, half, mixed = (
        {name: float(value) for name, value in worked.step(worked.jnp.asarray(worked.WEIGHT, kept), used)}
        for kept, used in worked.COLUMNS.values()
    )
    gradient, update = "gradient = 2 * error * x", "update = lr * gradient"
    off = 1 - half[gradient] / full[gradient]
    assert f"the gradient is off by {off * 100:.0f} percent" in said
    assert f"the update is {half[update]:.5f}" in said
    assert half[worked.NEW] == half["weight, as kept"]
    assert mixed[worked.NEW] < mixed["weight, as kept"]
    bfloat16 = worked.jnp.bfloat16
    gap = float(worked.jnp.nextafter(bfloat16(worked.WEIGHT), bfloat16(1))) - half["weight, as kept"]
    assert f"{half['weight, as kept']:.7g} in bfloat16 are {gap:.4f} away" in said
    assert f"after {worked.steps_until_the_copy_moves()} such steps" in said
