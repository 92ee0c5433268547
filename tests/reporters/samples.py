"""Reports that every format is asserted on, and what each reader may find in them."""

import random
from dataclasses import replace
from datetime import UTC, datetime

from judge.evidence import Capture
from judge.finding import Severity
from judge.problem.model import CaseGroup, Late, Rubric
from judge.report import Report, SubmissionResult
from judge.reporters.base import View
from judge.rubric import late, rubric_points
from judge.verdict import Verdict
from reporters.reports import (
    WORST,
    case,
    exception,
    finding,
    hidden_case,
    report,
    result,
    worst_result,
    wrong_case,
    wrong_result,
)

VIEW = View(
    now=datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC),
    environ={
        "CLASSROOM": "cs-principles",
        "ASSIGNMENT": "demo",
        "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
        "COMMIT_URL": "https://example.org/commit/1",
        "RELEASE_URL": "https://example.org/release/1",
        "REVIEW_URL": "",
        "SECRET": "not for a report",
    },
)


def mixed() -> Report:
    """A wrong submission with two findings, prints and a hidden case; one that can't be run; a right one."""
    warning = finding(
        pitfall="full-precision-loss",
        severity=Severity.WARNING,
        message="the error is computed in float32",
        help="round it to bfloat16",
        line=5,
        end_line=8,
        cases=(),
    )
    return report(
        wrong_result(findings=(warning, finding(column=5)), capture=Capture(stdout="hello\n")),
        result(
            submission="submissions/demo/bob.py",
            verdict=Verdict.INVALID,
            score=0.0,
            message="line 3: expected ':'",
            line=3,
            exception=exception(type="SyntaxError", message="expected ':'", lines=(3,)),
            source="import jax\n\ndef step(seed, x)\n    return x\n",
            cases=(),
        ),
        result(submission="submissions/demo/cyd.py", score=1.0, sha256="b" * 64),
    )


def ours() -> Report:
    """The judge is at fault for every case."""
    broken = case("generic", Verdict.JUDGE_ERROR, message="the reference failed, which is not your fault")
    one = result(verdict=Verdict.JUDGE_ERROR, score=None, cases=(broken,), message="the reference failed")
    return report(one, exit_code=3)


def partly_ours() -> Report:
    """The judge is at fault for one case of a wrong submission."""
    broken = case("broken", Verdict.JUDGE_ERROR, message="the reference failed, which is not your fault")
    return report(wrong_result(score=0.5, cases=(case(), wrong_case(), broken)), exit_code=3)


def worst() -> Report:
    """Learner text of the worst kind in every place."""
    return report(replace(worst_result(), score=0.0))


RUBRIC = Rubric(
    groups=(
        CaseGroup(name="the basics", cases=("generic", "scaled"), points=60),
        CaseGroup(name="hidden", cases=("secret",), points=40),
    ),
    pitfalls={"unscaled-grads": 20, "uncast-inputs": 10},
    late=Late(per_day=10, at_most=50),
)


def ruled(one: SubmissionResult, rubric: Rubric = RUBRIC, *, days: float = 0) -> SubmissionResult:
    """The same result with the points of a rubric."""
    points = late(rubric_points(rubric, one), rubric, days)
    return replace(one, points=rubric.points, rubric=points)


def by_rubric() -> Report:
    """A wrong submission, late, with a pitfall that has a price; one that can't be run; a right one."""
    wrong, invalid, right = mixed().results
    cases = (case(), case("scaled"), replace(hidden_case(), verdict=Verdict.ACCEPTED))
    return report(ruled(wrong, days=1.5), ruled(invalid), ruled(replace(right, cases=cases)))


def every() -> list[Report]:
    """All of these, and an empty one."""
    empty = report(), report(complete=False, exit_code=130)
    return [mixed(), ours(), partly_ours(), worst(), by_rubric(), *empty]


def hostile(text: str) -> Report:
    """`text` in every place where learners can put some."""
    one = worst_result()
    return report(
        wrong_result(
            submission=f"submissions/{text}.py",
            score=0.0,
            message=text,
            source=f"x = 1\n{text}\n",
            exception=exception(type=text, message=f"{text}\n{text}", lines=(2,)),
            findings=(finding(pitfall="some-pitfall", message=text, help=text, line=2, end_line=2),),
            cases=(wrong_case(text, message=text), hidden_case()),
            capture=Capture(stdout=f"{text}\n{text}", stderr=text),
            flow=one.flow,
        )
    )


def many(count: int) -> Report:
    """A class of `count`, each with an error and a warning, in no order of badness."""
    dice = random.Random(7)
    verdicts = [Verdict.WRONG_ANSWER, Verdict.RUNTIME_ERROR, Verdict.TIME_LIMIT]
    return report(
        *(
            wrong_result(
                submission=f"submissions/demo/learner-{number:04}.py",
                verdict=dice.choice(verdicts),
                findings=(finding(), finding(severity=Severity.WARNING, line=11, end_line=None)),
            )
            for number in range(count)
        )
    )


HOSTILE = [
    WORST,
    "</failure></testcase>]]><!-- & <x y='\"'/>",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "::error::taken",
    "%0A::error::taken",
    "##[error]taken",
    "\n::error::taken\r::add-mask::x",
    "=1+1",
    "@SUM(A1)",
    "-1,2;3\t4",
    'a"b,"c"\n=1',
    "```\n# taken\n~~~",
    "`code` ``two`` ```three",
    "| a | b |\n|---|---|",
    "[x](javascript:alert(1)) ![y](http://z/) <http://q> www.r.org s@t.org @team",
    "- list\n1. list\n# head\n> quote\n---\n===",
    "&lt;b&gt; &#60;b&#62; &amp;",
    "\\`\\|\\\\",
    "$x$ ~~y~~ **z** __w__ :smile:",
    "{{ 7 * 7 }} ${HOME} $(id) `id`",
    "\ud800 \x00 \ufffe \U000e0041",
    "",
    " ",
    "\u2028\u2029\x0b\x0c\x85",
]
