from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from toys import RIGHT, Asleep, Toy

from judge.cases import expand
from judge.errors import ReferenceFault
from judge.evidence import ArrayValue, Value
from judge.expected.cache_files import read_checked, write_checked
from judge.expected.trusted_worker import Trusted
from judge.expected.truth import CaseTruth
from judge.expected.values import ExpectedValues
from judge.problem.model import Case, Problem
from judge.sandbox.session import Sandbox
from judge.sandbox.starting.launch import Launcher

COMPUTING = "computing what toy expects in {} (kept for later runs; at most some seconds) ..."


class Desk:
    """Asks for truths on one cache folder, and keeps the notes that were made."""

    def __init__(self, launcher: Launcher, cache: Path) -> None:
        self.launcher = launcher
        self.cache = cache
        self.notes: list[str] = []

    def ask(
        self, toy: Toy, cases: Sequence[Case] | None = None, *, asleep: bool = False
    ) -> dict[str, CaseTruth]:
        self.notes = []
        versions = self.launcher.start()
        problem = toy.load()
        sandbox = Sandbox(Asleep() if asleep else self.launcher)
        truths = ExpectedValues(Trusted(sandbox, versions, self.cache, self.notes.append))
        return truths.of(problem, expand(problem, 0) if cases is None else cases)

    def entries(self) -> list[Path]:
        return sorted(path for path in (self.cache / "expected").rglob("*") if path.is_file())


@pytest.fixture
def desk(zygote: Launcher, tmp_path: Path) -> Desk:
    return Desk(zygote, tmp_path / "cache")


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    return Toy.make(tmp_path / "root")


def number(value: Value | None) -> float:
    assert isinstance(value, ArrayValue)
    return float(np.frombuffer(value.data, np.float32)[0])


def faults(truths: dict[str, CaseTruth]) -> dict[str, str | None]:
    return {name: truth.fault for name, truth in truths.items()}


def seeds(problem: Problem) -> dict[str, float]:
    return {case.name: case.arguments["seed"] for case in expand(problem, 0)}


def test_every_case_has_its_inputs_and_what_the_reference_makes_of_them(desk: Desk, toy: Toy) -> None:
    truths = desk.ask(toy)
    assert list(truths) == ["plain", "drawn[0]", "drawn[1]", "unseen"]
    for name, truth in truths.items():
        assert truth.fault is None
        assert number(truth.value) == 2 * truth.arrays["x"].sum() + seeds(toy.load())[name]
    assert truths["unseen"].arrays["x"].shape == (4, 1)
    assert desk.notes[0] == COMPUTING.format("4 cases")
    assert desk.notes[1].startswith("expected values of toy are ready after ")
    assert len(desk.notes) == 2


def test_what_was_computed_once_is_read_from_then_on(desk: Desk, toy: Toy) -> None:
    first = desk.ask(toy)
    again = desk.ask(toy, asleep=True)
    assert desk.notes == []
    assert {name: truth.value for name, truth in again.items()} == {
        name: truth.value for name, truth in first.items()
    }
    assert all((again[name].arrays["x"] == first[name].arrays["x"]).all() for name in first)


def test_only_what_is_missing_is_computed(desk: Desk, toy: Toy) -> None:
    cases = expand(toy.load(), 0)
    desk.ask(toy, cases[:-1])
    assert list(desk.ask(toy, cases)) != []
    assert desk.notes[0] == COMPUTING.format("1 case")


def test_a_changed_reference_is_asked_again(desk: Desk, toy: Toy) -> None:
    before = desk.ask(toy)
    toy.write("reference/toy/reference.py", RIGHT.replace("2 *", "3 *"))
    after = desk.ask(toy)
    assert number(after["plain"].value) - number(before["plain"].value) == before["plain"].arrays["x"].sum()
    toy.write("reference/toy/reference.py", RIGHT)
    assert number(desk.ask(toy, asleep=True)["plain"].value) == number(before["plain"].value)


def test_a_damaged_entry_is_computed_again(desk: Desk, toy: Toy) -> None:
    before = desk.ask(toy)
    entries = desk.entries()
    assert len(entries) == 4
    entries[0].write_bytes(entries[0].read_bytes()[:-1])
    write_checked(entries[1], b"whole, and of something else")
    assert number(desk.ask(toy)["plain"].value) == number(before["plain"].value)
    assert desk.notes[0] == COMPUTING.format("2 cases")
    assert all(read_checked(entry) for entry in entries)


FAILS = "def step(seed, x):\n    return {}\n"


@pytest.mark.parametrize(
    ("reference", "fault"),
    [
        (FAILS.format("1 / 0"), "the reference failed: ZeroDivisionError: division by zero (line 2)"),
        (FAILS.format("exit(3)"), "the reference failed: SystemExit: 3 (line 2)"),
        (
            FAILS.format("__import__('os')._exit(3)"),
            "the reference failed: the process exited with status 3 before it gave a result",
        ),
        (FAILS.format("None"), "the reference returned a NoneType, not an array"),
        (FAILS.format("x[0, :1] * float('nan')"), "the reference returned numbers that aren't finite"),
        (FAILS.format("x"), "the reference returned shape (2, 3), the problem promises (1,)"),
        (
            FAILS.format("x[0, :1].astype('float16')"),
            "the reference returned float16, the problem promises float32",
        ),
        (
            "def stpe(seed, x):\n    return x\n",
            "the reference can't be used: there is no function `step` in this file: it defines `stpe`",
        ),
        (
            "def step(seed):\n    return x\n",
            ("the reference can't be used: `step(seed)` can't be called as `step(seed, x)`: it lacks `x`"),
        ),
        ("def step(\n", "the reference can't be used: this is not Python: '(' was never closed"),
        (
            "import no_such_module\n",
            (
                "the reference can't be used: ModuleNotFoundError while the file was imported:"
                " No module named 'no_such_module'"
            ),
        ),
    ],
)
def test_a_reference_that_cannot_be_used_is_a_fault_of_every_case_and_never_kept(
    desk: Desk, toy: Toy, reference: str, fault: str
) -> None:
    toy.write("reference/toy/reference.py", reference)
    plain = [case for case in expand(toy.load(), 0) if case.name != "unseen"]
    assert faults(desk.ask(toy, plain)) == dict.fromkeys(["plain", "drawn[0]", "drawn[1]"], fault)
    assert desk.entries() == []


def test_a_reference_that_fails_in_one_case_has_the_others_right(desk: Desk, toy: Toy) -> None:
    toy.write("reference/toy/reference.py", RIGHT.replace("    return", "    assert len(x) < 3\n    return"))
    truths = desk.ask(toy)
    assert faults(truths) == {
        "plain": None,
        "drawn[0]": None,
        "drawn[1]": None,
        "unseen": "the reference failed: AssertionError (line 5)",
    }
    assert truths["unseen"].value is None
    assert len(desk.entries()) == 3


def test_a_reference_may_have_modules_beside_it(desk: Desk, toy: Toy) -> None:
    toy.write("reference/toy/twice_the_sum.py", RIGHT)
    toy.write("reference/toy/reference.py", "from twice_the_sum import step\n")
    assert faults(desk.ask(toy))["plain"] is None


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_reference_that_cannot_be_read_is_told(desk: Desk, toy: Toy, content: bytes | None) -> None:
    problem = toy.load()
    path = toy.write("reference/toy/reference.py", content or b"")
    if content is None:
        path.unlink()
    truths = ExpectedValues(
        Trusted(Sandbox(desk.launcher), desk.launcher.start(), desk.cache, desk.notes.append)
    )
    with pytest.raises(ReferenceFault, match=r"reference\.py can't be read"):
        truths.of(problem, expand(problem, 0))


def test_a_cache_that_cannot_be_written_costs_time_alone(desk: Desk, toy: Toy, tmp_path: Path) -> None:
    desk.cache = tmp_path / "file" / "cache"
    (tmp_path / "file").touch()
    for _ in range(2):
        assert set(faults(desk.ask(toy)).values()) == {None}
        assert desk.notes[0] == COMPUTING.format("4 cases")


LINEAR = """\
id: toy
title: Around the start
entry_point: step
parameters:
  - {name: seed, kind: float, role: seed}
  - {name: x, kind: array, role: inputs, dtype: float32, shape: [N, D]}
  - {name: y, kind: array, role: targets, dtype: float32, shape: [N, O]}
returns: {dtype: float32, shape: [1]}
tolerance: {relative: 0.015625}
cases:
  - name: near
    seed: 3
    shapes: {x: [2, 3], y: [2, 2]}
    visibility: hidden
    data: {seed: 0, x: {choice: [1, 2]}, y: {linear_of_x: {factor: 1.0}}}
"""
STARTS = """\
import numpy as np

def step(seed, x, y):
    return np.asarray([np.asarray(y).sum()], np.float32)

def initial_weights(seed, *, x, y):
    assert type(x).__name__ == "ShapeDtypeStruct"
    return {"initial": np.full((x.shape[1], y.shape[1]), seed, np.float32)}
"""


def test_data_can_be_made_around_the_references_initial_weights(desk: Desk, tmp_path: Path) -> None:
    truth = desk.ask(Toy.make(tmp_path / "linear", text=LINEAR, reference=STARTS))["near"]
    expected = truth.arrays["x"] @ np.full((3, 2), 3.0, np.float32)
    assert truth.arrays["y"].tolist() == expected.tolist()
    assert number(truth.value) == expected.sum()


@pytest.mark.parametrize(
    ("returned", "fault"),
    [
        (
            None,
            (
                "its data can't be made: `initial_weights` can't be used:"
                " there is no function `initial_weights` in this file: it defines `step`"
            ),
        ),
        (
            "np.ones(3)",
            "its data can't be made: `initial_weights` gave no dict of arrays: it gave something else",
        ),
        (
            "1 / 0",
            (
                "its data can't be made: `initial_weights` gave no dict of arrays:"
                " ZeroDivisionError: division by zero (line 8)"
            ),
        ),
        (
            "{'kernel': np.ones((3, 2))}",
            (
                "its data can't be made: case near: data.y needs the initial weights 'initial';"
                " the reference has: kernel"
            ),
        ),
        (
            "{'initial': np.ones((2, 3))}",
            (
                "its data can't be made: case near: data.y needs initial weights of shape (3, 2);"
                " 'initial' has (2, 3)"
            ),
        ),
        (
            "{'initial': np.full((3, 2), np.inf)}",
            "its data can't be made: case near: data.y gives numbers that don't fit float32",
        ),
    ],
)
def test_data_that_cannot_be_made_is_a_fault_of_the_case(
    desk: Desk, tmp_path: Path, returned: str | None, fault: str
) -> None:
    head, _, _ = STARTS.partition("    return {")
    source = STARTS.partition("def initial")[0] if returned is None else f"{head}    return {returned}\n"
    toy = Toy.make(tmp_path / "linear", text=LINEAR, reference=source)
    assert faults(desk.ask(toy)) == {"near": fault}
    assert desk.entries() == []
