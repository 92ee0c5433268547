"""Reports of runs that never took place."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from judge.evidence import Capture, ExceptionFact
from judge.finding import EvidenceKind, Finding, Severity
from judge.report import CaseResult, FlowFact, Report, SubmissionResult
from judge.verdict import Verdict

SOURCE = """\
import jax


def step(seed, x):
    grads = jax.grad(loss)(
        params,
        x,
    )
\tupdates = helper(grads)
    return optimizer.update(model, grads)
"""

# Escapes, direction overrides, half surrogates, markup of rich and of others, and what ends a line elsewhere.
WORST = "\x1b[31m\x9b2J\u202e\u2066\udcff\x00\x07\r[bold]<b>&::error::%0A\u2028\u200d\U000e0041\ufeff"


def case(name: str = "generic", verdict: Verdict = Verdict.ACCEPTED, **fields: Any) -> CaseResult:
    base = CaseResult(
        name=name,
        verdict=verdict,
        visibility="public",
        weight=1.0,
        seconds=0.2,
        message="",
        cpu_seconds=0.15,
        peak_memory_mib=320.25,
        expected=(1.3203125,),
        actual=(1.3203125,),
        error=0.0,
        tolerance=0.015625,
    )
    return replace(base, **fields)


def wrong_case(name: str = "scaled", **fields: Any) -> CaseResult:
    base = case(
        name,
        Verdict.WRONG_ANSWER,
        message="expected 1.32031, got 812: off by 39,299 tolerances",
        actual=(812.0,),
        error=614.046875,
    )
    return replace(base, **fields)


def hidden_case(name: str = "secret") -> CaseResult:
    """A hidden case that a careless grader has left everything in."""
    return wrong_case(
        name,
        visibility="hidden",
        message="LEAK: expected 0.123456, got 0.654321",
        limit="wall",
        expected=(0.123456,),
        actual=(0.654321,),
        error=0.987654,
        tolerance=0.0192837,
        cpu_seconds=77.125,
        peak_memory_mib=4567.5,
    )


def finding(**fields: Any) -> Finding:
    base = Finding(
        pitfall="unscaled-grads",
        severity=Severity.ERROR,
        message="`grads` still carries the factor `loss_scale` when the optimizer gets it",
        help="divide `grads` by `loss_scale` before the update",
        evidence=EvidenceKind.FLOW,
        line=10,
        end_line=10,
        cases=("scaled",),
    )
    return replace(base, **fields)


def exception(**fields: Any) -> ExceptionFact:
    base = ExceptionFact(type="ValueError", message="shapes don't fit", lines=(9, 5))
    return replace(base, **fields)


def result(**fields: Any) -> SubmissionResult:
    base = SubmissionResult(
        submission="submissions/demo/ada.py",
        sha256="a" * 64,
        problem="demo",
        cases_sha256="c" * 64,
        verdict=Verdict.ACCEPTED,
        score=1.0,
        seconds=0.9,
        message="the case passes",
        source=SOURCE,
        flow=FlowFact(available=True),
        cases=(case(),),
    )
    return replace(base, **fields)


def wrong_result(**fields: Any) -> SubmissionResult:
    base = result(
        verdict=Verdict.WRONG_ANSWER,
        score=0.25,
        message="case scaled: expected 1.32031, got 812: off by 39,299 tolerances",
        cases=(case(), wrong_case(), hidden_case()),
    )
    return replace(base, **fields)


def report(*results: SubmissionResult, **fields: Any) -> Report:
    base = Report(
        judge_version="0.1.0",
        entropy=0,
        environment={
            "python": "3.11.7",
            "jax": "0.10.2",
            "isolation": {"tier": "none", "landlock_abi": None, "network": "open", "memory": "watchdog"},
        },
        results=results,
        complete=True,
        exit_code=0 if all(one.verdict is Verdict.ACCEPTED for one in results) else 1,
        seconds=1.7,
    )
    return replace(base, **fields)


class Anew:
    """Results that are made anew each time they are gone through, as those that lie in a file are."""

    def __init__(self, count: int, make: Callable[[int], SubmissionResult]) -> None:
        self.count = count
        self.make = make

    def __iter__(self) -> Iterator[SubmissionResult]:
        return map(self.make, range(self.count))

    def __len__(self) -> int:
        return self.count


def worst_result() -> SubmissionResult:
    """A learner's text in every place where a report shows some."""
    return wrong_result(
        submission=f"submissions/{WORST}.py",
        message=WORST,
        source=f"x = 1\ny = '{WORST}'\n",
        exception=exception(type=WORST, message=f"{WORST}\n{WORST}", lines=(2,)),
        help=WORST,
        findings=(finding(message=WORST, help=WORST, line=2, end_line=2),),
        cases=(wrong_case(WORST, message=WORST), hidden_case()),
        capture=Capture(stdout=WORST * 50 + "\n", stderr=f"{WORST}\n" * 100, stderr_truncated=True),
        flow=FlowFact(available=False, reason=WORST),
    )
