"""Numbers as a learner reads them."""

import math

from judge.report import CaseResult, SubmissionResult

_HUGE = 1e6  # from here on the magnitude is all that matters


def in_tolerances(case: CaseResult) -> str:
    """How many times the allowed error the case is off: "0.12", "614", "inf"; 1 is just allowed."""
    if case.visibility == "hidden":
        return "hidden"
    if case.error is None or case.tolerance is None:
        return "-"
    if case.error == 0:
        return "0"
    ratio = case.error / case.tolerance if case.tolerance else math.inf
    return magnitude(ratio)


def magnitude(value: float) -> str:
    """Two significant digits, without ever crossing 1, which is where a case begins to fail."""
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf"
    if value < 0.005:  # noqa: PLR2004 -- what two decimals would show as 0.00
        return "<0.01"
    if value < 10:  # noqa: PLR2004 -- one digit before the point
        text = f"{value:.2f}"
        return "0.99" if text == "1.00" and value < 1 else "1.01" if text == "1.00" and value > 1 else text
    return f"{value:,.0f}" if value < _HUGE else f"{value:.1e}".replace("e+0", "e").replace("e+", "e")


def score_text(score: float | None) -> str:
    """The score with two decimals, which say 1.00 for a full score alone."""
    if score is None:
        return "no score"
    return f"score {score:.2f}" if score >= 1 else f"score {min(score, 0.99):.2f}"


def graded_text(result: SubmissionResult) -> str:
    """The score, and that it is no grade where only a part of the cases was judged."""
    return f"{score_text(result.score)} ({result.part})" if result.part else score_text(result.score)


def grade_cell(result: SubmissionResult) -> str:
    """For a table: the score or, by a rubric, "72/100", and that it is no grade where it is none."""
    points = result.rubric
    if points is None or points.whole is None:
        return graded_text(result).removeprefix("score ")
    told = f"{points.whole}/{points.possible}"
    return f"{told} ({result.part})" if result.part else told


def seconds_text(seconds: float | None) -> str:
    """Seconds with as many decimals as say something."""
    if seconds is None:
        return "-"
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"  # noqa: PLR2004 -- three digits suffice
