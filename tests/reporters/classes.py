"""Classes that never sat down: a small one with one of each kind, and one of any size."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from judge.finding import Finding, Severity
from judge.report import CaseResult, SubmissionResult
from judge.verdict import Verdict, worst
from reporters.reports import case, exception, finding, hidden_case, result, wrong_case, wrong_result

WARNING = finding(pitfall="full-precision-loss", severity=Severity.WARNING, cases=())


def pitfall_case(name: str = "scaled", **fields: Any):
    return case(name, Verdict.PITFALL, **fields)


def small_class() -> list[SubmissionResult]:
    two = (case(), case("scaled"))
    return [
        result(submission="ada.py", cases=two, seconds=0.5),
        result(submission="bob.py", cases=two, findings=(WARNING,), seconds=0.7),
        result(
            submission="cyd.py",
            verdict=Verdict.PITFALL,
            score=0.5,
            cases=(case(), pitfall_case()),
            findings=(finding(), WARNING, finding(line=11)),
        ),
        wrong_result(submission="dan.py", score=0.5, cases=(case(), wrong_case()), findings=()),
        result(
            submission="eve.py",
            verdict=Verdict.TIME_LIMIT,
            score=0.0,
            cases=tuple(replace(one, verdict=Verdict.TIME_LIMIT, limit="wall") for one in two),
            seconds=20.5,
        ),
        result(
            submission="fay.py",
            verdict=Verdict.INVALID,
            score=0.0,
            cases=(),
            exception=exception(type="SyntaxError"),
        ),
        result(
            submission="gil.py",
            verdict=Verdict.JUDGE_ERROR,
            score=None,
            cases=tuple(replace(one, verdict=Verdict.JUDGE_ERROR) for one in two),
            seconds=0.1,
        ),
    ]


CASES = (
    *("generic", "near-init", "scale-1", "off-grid", "delta", "drawn[0]", "drawn[1]"),
    *("hidden-near-init", "hidden-off-grid", "hidden-drawn[0]", "hidden-drawn[1]"),
)
PITFALLS = (
    *("master-downcast", "unscaled-grads", "doubly-unscaled-grads", "missing-loss-scale"),
    *("low-precision-loss-scale", "low-precision-unscale", "low-precision-grads", "low-precision-update"),
    *(
        "uncast-inputs",
        "uncast-targets",
        "full-precision-forward",
        "wrong-half-dtype",
        "scaled-loss-returned",
    ),
    *("stale-loss", "update-discarded", "full-precision-final-loss", "seed-ignored", "lr-ignored"),
)
ACCEPTED, WRONG = (Verdict.ACCEPTED,) * len(CASES), (Verdict.WRONG_ANSWER,) * len(CASES)


def member(number: int) -> SubmissionResult:
    """One of a class of any size, the same each time; pitfalls are about as frequent as real ones."""
    dice = random.Random(number)
    kind = dice.choices(
        ["right", "wrong", "unexplained", "alone", "raises", "invalid"], [50, 36, 4, 1, 6, 3]
    )[0]
    if kind == "right":
        warned = dice.random() < 0.1
        return _member(number, dice, ACCEPTED, findings=(WARNING,) if warned else ())
    if kind == "unexplained":
        return _member(number, dice, WRONG)
    if kind == "alone":
        return _member(number, dice, (*ACCEPTED[:2], Verdict.WRONG_ANSWER, *ACCEPTED[3:]))
    if kind == "raises":
        raised = exception(type=dice.choice(["NameError", "TypeError", "ValueError"]))
        return _member(number, dice, (Verdict.RUNTIME_ERROR,) * len(CASES), exception=raised)
    if kind == "invalid":
        fault = exception(type="SyntaxError", message="expected ':'", lines=(3,))
        none = _member(number, dice, WRONG, exception=fault, message="line 3: expected ':'")
        return replace(none, verdict=Verdict.INVALID, cases=())
    pitfall = PITFALLS[min(int(dice.expovariate(0.25)), len(PITFALLS) - 1)]
    verdicts = random.Random(pitfall).choices([Verdict.PITFALL, Verdict.WRONG_ANSWER], [1, 2], k=len(CASES))
    findings: tuple[Finding, ...] = (finding(pitfall=pitfall, cases=()),)
    if dice.random() < 0.15:
        findings += (finding(pitfall=dice.choice(PITFALLS), line=11, end_line=11),)
    return _member(number, dice, verdicts, findings=findings)


def _member(number: int, dice: random.Random, verdicts: Sequence[Verdict], **fields: Any) -> SubmissionResult:
    return result(
        **{
            "submission": f"submissions/mixed_precision_step/student-{number:04}.py",
            "problem": "mixed_precision_step",
            "verdict": worst(verdicts),
            "score": verdicts.count(Verdict.ACCEPTED) / len(verdicts),
            "cases": tuple(map(_case, CASES, verdicts)),
            "seconds": round(0.6 + dice.expovariate(2), 2),
            "message": "case generic: expected 1.32031, got 812: off by 39,299 tolerances",
            **fields,
        }
    )


def _case(name: str, verdict: Verdict) -> CaseResult:
    if name.startswith("hidden"):
        return replace(hidden_case(name), verdict=verdict)
    return wrong_case(name, verdict=verdict) if verdict is Verdict.WRONG_ANSWER else case(name, verdict)
