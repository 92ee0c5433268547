import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from toys import Asleep, Kept, Toy

from judge.cases import expand
from judge.evidence import ArrayValue, OtherValue, Value
from judge.expected.mistakes import Mistakes
from judge.expected.trusted_worker import Trusted
from judge.expected.truth import CaseTruth, Outputs
from judge.expected.values import ExpectedValues
from judge.problem.model import Case
from judge.sandbox.session import Sandbox
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.starting.process import Process

COMPUTING = (
    "computing what typical mistakes in toy give in {}, to explain wrong numbers"
    " (kept for later runs; half a minute where the machine is free) ..."
)

MISTAKES = """\
import os
import numpy as np
from reference import step

def never(seed, x):
    raise ValueError("never")

def gone(seed, x):
    os._exit(1)

MISTAKES = {"sum/half": lambda seed, x: step(seed, x) / 2, "none": lambda seed, x: None}
"""


class Counting(Kept):
    """A launcher that counts its workers."""

    def __init__(self, launcher: Launcher) -> None:
        super().__init__(launcher)
        self.count = 0

    def launch(self, *, trusted: bool = False, readable: Sequence[Path] = ()) -> Process:
        self.count += 1
        return super().launch(trusted=trusted, readable=readable)


class Desk:
    """Asks on one cache folder, each time as a new run does, and keeps the notes that were made."""

    def __init__(self, launcher: Launcher, cache: Path) -> None:
        self.launcher = Counting(launcher)
        self.cache = cache
        self.notes: list[str] = []
        self.truths: dict[str, CaseTruth] = {}

    def asked(self, toy: Toy, cases: Sequence[Case] | None = None, *, asleep: bool = False) -> Mistakes:
        """Nothing is computed but what the reference gives."""
        self.notes = []
        problem, versions = toy.load(), self.launcher.start()
        cases = expand(problem, 0) if cases is None else cases
        sandbox = Sandbox(Asleep() if asleep else self.launcher)
        truths = ExpectedValues(Trusted(sandbox, versions, self.cache, self.notes.append))
        self.truths = truths.of(problem, cases)
        self.notes.clear()
        self.launcher.count = 0
        return truths.mistakes(problem, cases, self.truths)

    def ask(self, toy: Toy, *, asleep: bool = False) -> Mapping[str, Outputs]:
        return self.asked(toy, asleep=asleep).outputs()


@pytest.fixture
def desk(zygote: Launcher, tmp_path: Path) -> Desk:
    return Desk(zygote, tmp_path / "cache")


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    made = Toy.make(tmp_path / "root")
    made.write("reference/toy/mistakes.py", MISTAKES)
    return made


def number(value: Value | None) -> float:
    assert isinstance(value, ArrayValue)
    return float(np.frombuffer(value.data, np.float32)[0])


def test_what_known_mistakes_give_is_computed_when_it_is_asked_for_and_kept(desk: Desk, toy: Toy) -> None:
    for asleep in (False, True):
        asked = desk.asked(toy, asleep=asleep)
        found = asked.outputs()
        assert not asked.unsure
        assert list(found) == ["plain", "drawn[0]", "drawn[1]", "unseen"]
        for name, outputs in found.items():
            assert sorted(outputs) == ["none", "sum/half"]
            assert number(outputs["sum/half"]) == number(desk.truths[name].value) / 2
            assert outputs["none"] == OtherValue(kind="none", type_name="NoneType", text="None")
        assert bool(desk.notes) != asleep


def test_who_asks_for_the_reference_runs_no_mistake(desk: Desk, toy: Toy) -> None:
    desk.asked(toy)
    assert desk.launcher.count == 0
    assert desk.notes == []


def test_however_many_ask_they_are_computed_once(desk: Desk, toy: Toy) -> None:
    asked = desk.asked(toy)
    gate = threading.Barrier(4)
    given: list[Mapping[str, Outputs]] = []

    def ask() -> None:
        gate.wait()
        given.append(asked.outputs())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == 4
    assert all(one is given[0] for one in given)
    assert desk.launcher.count == 2, "one for the table, one for the outputs"
    assert desk.notes[0] == COMPUTING.format("4 cases")
    assert len([note for note in desk.notes if note.startswith("computing")]) == 1


def test_only_what_is_missing_is_computed(desk: Desk, toy: Toy) -> None:
    cases = expand(toy.load(), 0)
    desk.asked(toy, cases[:-1]).outputs()
    assert set(desk.asked(toy, cases).outputs()) == {case.name for case in cases}
    assert desk.notes[0] == COMPUTING.format("1 case")


def test_a_problem_without_mistakes_has_none_and_nothing_is_run(desk: Desk, toy: Toy) -> None:
    (toy.root / "reference/toy/mistakes.py").unlink()
    assert desk.ask(toy) == {}
    assert (desk.launcher.count, desk.notes) == (0, [])


def test_a_mistake_that_fails_is_named_and_left_out(desk: Desk, toy: Toy) -> None:
    toy.write("reference/toy/mistakes.py", MISTAKES + "MISTAKES['never'] = never\n")
    assert "never" not in desk.ask(toy)["plain"]
    assert "mistake variant never of toy fails on plain and 3 more: ValueError: never (line 6)" in desk.notes
    assert sorted(desk.ask(toy, asleep=True)["plain"]) == ["none", "sum/half"]


@pytest.mark.more
def test_a_mistake_that_is_stopped_is_tried_again(desk: Desk, toy: Toy) -> None:
    toy.write("reference/toy/mistakes.py", MISTAKES + "MISTAKES['gone'] = gone\n")
    for _ in range(2):
        asked = desk.asked(toy)
        assert "sum/half" in asked.outputs()["plain"]
        assert asked.unsure
        assert any(
            "variant gone of toy fails on plain and 3 more: the process exited" in note for note in desk.notes
        )


UNUSABLE = "the mistake variants of toy can't be used: "


def test_mistakes_that_cannot_be_loaded_are_told_once_and_nothing_is_kept(desk: Desk, toy: Toy) -> None:
    toy.write("reference/toy/mistakes.py", "MISTAKES = {")
    for _ in range(2):
        asked = desk.asked(toy)
        assert asked.outputs() == asked.outputs() == {}
        assert asked.unsure
        assert asked.fault == "this is not Python: '{' was never closed"
        assert desk.notes == [COMPUTING.format("4 cases"), UNUSABLE + asked.fault]


def test_where_no_worker_can_be_started_there_are_none_and_that_is_told(desk: Desk, toy: Toy) -> None:
    desk.asked(toy)
    asked = desk.asked(toy, asleep=True)
    assert asked.outputs() == {}
    assert desk.notes[1:] == [UNUSABLE + "nothing was to be run"]


def test_whatever_goes_wrong_here_costs_an_explanation_alone(desk: Desk, toy: Toy) -> None:
    asked = desk.asked(toy)
    toy.write("reference/toy/mistakes.py", b"\xff\xfe")
    assert asked.outputs() == {}
    assert "mistakes.py can't be read: 'utf-8' codec" in desk.notes[-1]


def test_a_damaged_entry_is_computed_again(desk: Desk, toy: Toy) -> None:
    first = desk.ask(toy)
    for path in (desk.cache / "expected").rglob("*"):
        if path.is_file() and b"mistakes" in path.read_bytes():
            path.write_bytes(b"damaged")
    assert desk.ask(toy) == first
    assert desk.notes[0] == COMPUTING.format("4 cases")
