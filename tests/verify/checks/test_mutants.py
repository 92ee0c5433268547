"""In which cases a mutant is called: until it dies, or its program is known to be the same."""

from types import SimpleNamespace
from typing import Any

import pytest

from judge.expected.trusted_process import Swept
from judge.verify.checks import mutants
from judge.verify.checks.mutants import NUMBERS, SAME

FIRST, SECOND, LATER = "first", "second", "later"


class Process:
    """One that loads anything, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def load(self, _: object) -> None:
        """It is there."""

    def sweep(self, calls: list[str], **_: object) -> tuple[Swept, ...]:
        self.asked += calls
        return (Swept(values=tuple(calls)),)  # type: ignore[arg-type] # what is measured is made up, too


def outcome(
    monkeypatch: pytest.MonkeyPatch, mode: str, *, equal: bool, rejected: set[str]
) -> tuple[str, list[str]]:
    """What becomes of a mutant whose outputs are rejected in these cases, and the cases it was called in."""
    flow = SimpleNamespace(
        passes=SimpleNamespace(program=SimpleNamespace(mode=mode)), reason=None, available=True
    )
    monkeypatch.setattr(mutants, "findings_of", lambda *_: ((), flow))
    monkeypatch.setattr(mutants, "equal", lambda *_: equal)
    monkeypatch.setattr(mutants, "replace", lambda program, **_: program)
    cases = [SimpleNamespace(name=name) for name in (FIRST, SECOND, LATER)]
    shop: Any = SimpleNamespace(
        usable=cases,
        calls=lambda group: [case.name for case in group],
        measure=lambda _, value: SimpleNamespace(rejected=value in rejected),
    )
    original: Any = SimpleNamespace(program=None, entry=None, flow=flow)
    mutant: Any = SimpleNamespace(source="")
    process: Any = Process()
    order = mutants.Order(first=[[case] for case in cases[:2]], rest=[cases[2:]])  # type: ignore[list-item] # have names, as cases do
    found = mutants._outcome(shop, process, original, mutant, order)
    return found.what, process.asked


@pytest.mark.parametrize(
    ("mode", "equal", "rejected", "what", "asked"),
    [
        ("variables", True, {FIRST}, NUMBERS, [FIRST]),
        ("variables", True, {SECOND}, NUMBERS, [FIRST, SECOND]),
        ("variables", True, {LATER}, SAME, [FIRST, SECOND]),
        (
            "concrete",
            True,
            {LATER},
            NUMBERS,
            [FIRST, SECOND, LATER],
        ),  # it decides in Python: the flow is one case's
        ("concrete", True, set(), SAME, [FIRST, SECOND, LATER]),
        ("variables", False, {LATER}, NUMBERS, [FIRST, SECOND, LATER]),
        ("variables", False, set(), mutants.SURVIVES, [FIRST, SECOND, LATER]),
    ],
)
def test_the_same_program_is_called_in_no_more_cases(
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    *,
    equal: bool,
    rejected: set[str],
    what: str,
    asked: list[str],
):
    assert outcome(monkeypatch, mode, equal=equal, rejected=rejected) == (what, asked)
