"""Which styles are measured once more, by themselves."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from judge.expected.trusted_process import Swept
from judge.problem.model import Limits
from judge.verify.checks import costs
from judge.verify.record import Result

LIMITS = Limits(cpu_s=20, memory_mib=1000)


class Process:
    """One that holds what it ever held, and takes as long as a style's name says; those called "bad" fail."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.held = 0.0
        self.seconds = 0.0
        self.usage: Any = None

    def load(self, _: object) -> None:
        """It is there."""

    def sweep(self, _: object, entries: Sequence[str], mode: str) -> tuple[Swept, ...]:
        name, seconds, memory = entries[0].split("-")
        if mode == "anew":
            self.names.append(name)
        self.held = max(self.held, float(memory))
        self.seconds = float(seconds)
        self.usage = SimpleNamespace(cpu_seconds=self.seconds, peak_mib=self.held)
        bad = name == "bad" and len(self.names) > 1
        return (Swept(fault="no" if bad else None),)


def measured(monkeypatch: pytest.MonkeyPatch, *names: str) -> tuple[list[str], list[list[str]]]:
    """What is said of each style, and which ones were measured in which process."""
    processes: list[Process] = []

    @contextmanager
    def process_of(*_: object) -> Iterator[Process]:
        processes.append(Process())
        yield processes[-1]

    monkeypatch.setattr(costs, "process_of", process_of)
    case = SimpleNamespace(name="case", shapes={"x": (2, 3)})
    shop: Any = SimpleNamespace(
        trusted=SimpleNamespace(table=lambda _: names),
        program=lambda _: None,
        has=lambda _: True,
        usable=[case],
        seconds=lambda: {"case": 1.0},
        calls=lambda cases: cases,
        problem=SimpleNamespace(limits=LIMITS),
    )
    found = [str(one.status) for one in costs.check(shop) if isinstance(one, Result)]
    return found, [process.names for process in processes]


def test_styles_with_room_enough_are_measured_in_one_process(monkeypatch: pytest.MonkeyPatch):
    assert measured(monkeypatch, "one-1-100", "two-2-100") == (["ok", "ok"], [["one", "two"]])


def test_who_has_no_room_beside_others_is_measured_alone(monkeypatch: pytest.MonkeyPatch):
    said, processes = measured(monkeypatch, "large-1-600", "small-1-100", "slow-3-100")
    assert said == ["fault", "ok", "note"]
    assert processes == [["large", "small", "slow"], ["large"], ["small"], ["slow"]]


def test_who_fails_beside_others_may_do_alone(monkeypatch: pytest.MonkeyPatch):
    assert measured(monkeypatch, "one-1-100", "bad-1-100") == (["ok", "ok"], [["one", "bad"], ["bad"]])
