"""The largest programs that a forged trace can be cost no square of their size, read or refused.

What they cost in seconds is measured by bench/forged.py; here calls are counted.
"""

import json
import runpy
import sys
from collections.abc import Callable

import pytest
from traced import ROOT, problem

from judge.flow import read
from judge.flow.graph import graph
from judge.flow.listing import listing
from judge.pitfalls import Clues, diagnose
from judge.sandbox.session import TRACE_KIB

FORGERIES = runpy.run_path(str(ROOT / "bench" / "forgeries.py"))["FORGERIES"]
# Calls of Python functions; reading 500 KiB takes about 100,000, the worst detectors about 400,000 more.
MOST_CALLS = 2_500_000


def calls_of(work: Callable[[], object]) -> int:
    """How many calls this makes, of Python's own functions too."""
    count = 0

    def note(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


QUICK = {"gradients that go 0 steps"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.more) for name in FORGERIES]
)
def test_the_largest_forged_programs_are_bounded_work(name: str):
    text = json.dumps(FORGERIES[name]())
    assert len(text) < TRACE_KIB * 1024

    def judge() -> None:
        flow = read(json.loads(text), problem())
        found = diagnose(Clues(problem=problem(), flow=flow, cases=(), source="x = 1\n" * 200))
        listing(flow, "x = 1\n" * 200, tuple(found))
        graph(flow, "x = 1\n" * 200, tuple(found))

    assert calls_of(judge) < MOST_CALLS


def test_many_gradients_that_go_nowhere_are_not_looked_at_one_by_one():
    flow = read(FORGERIES["gradients that go 0 steps"](), problem())
    assert flow.reason == "the program is too large to be read: more than 256 gradients go nowhere"


def test_calls_would_be_counted():
    assert calls_of(lambda: [len(text) for text in ["x"] * 1000]) >= 1000
