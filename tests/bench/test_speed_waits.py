import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> tuple[ModuleType, ModuleType]:
    monkeypatch.syspath_prepend(ROOT / "bench")
    return importlib.import_module("speed_waits"), importlib.import_module("speed_report")


def test_rounds_of_one_wait_make_one_line_with_its_target(bench: tuple[ModuleType, ModuleType]):
    waits, report = bench
    figures, said = report.Figures(), []
    pairs = [
        waits.Pair(what="first", target=2.0, ours=3.0, theirs=2.0, cpu=(4.0, 1.0)),
        waits.Pair(what="hangs", target=2.2, ours=46.0, theirs=20.0),
        waits.Pair(what="first", target=2.0, ours=5.0, theirs=2.0, cpu=(4.0, 1.0)),
    ]
    waits.note(figures, iter(pairs), said.append)
    assert [(one.what, list(one.values), one.target, one.met) for one in figures.ratios] == [
        ("first", [1.5, 2.5], 2.0, True),
        ("hangs", [2.3], 2.2, False),
    ]
    assert figures.absolute["first: CPU s of the other"] == [1.0, 1.0]
    assert "hangs: CPU s" not in figures.absolute
    assert said[1] == "hangs: 46.00 s to 20.00 s"


@pytest.mark.parametrize(("number", "order"), [(0, ["ours", "theirs"]), (1, ["theirs", "ours"])])
def test_contenders_take_turns_in_going_first(
    bench: tuple[ModuleType, ModuleType], number: int, order: list[str]
):
    ran: list[str] = []

    def contender(name: str) -> str:
        ran.append(name)
        return name

    found = bench[0].in_turn(number, lambda: contender("ours"), lambda: contender("theirs"))
    assert (found, ran) == (("ours", "theirs"), order)


def test_what_hangs_does_so_in_the_function_that_the_problem_asks_for(bench: tuple[ModuleType, ModuleType]):
    waits, _ = bench
    known: dict[str, object] = {}
    exec(waits.HANGS.format(name="any_step", parameters="seed, x"), known)
    assert callable(known["any_step"])
