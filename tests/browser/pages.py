"""Pages of made-up records."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from pages.flows import flow
from reporters.reports import case, exception, finding, report, result, worst_result, wrong_case, wrong_result
from reporters.samples import HOSTILE, VIEW, mixed

from judge.evidence import Capture
from judge.finding import Severity
from judge.report import Report
from judge.reporters.html import HtmlReporter
from judge.verdict import Verdict

LONG = "x" * 200


def learner() -> Report:
    """One submission that is wrong in two ways, prints, has a hidden case and a flow that was read."""
    [first, *_] = mixed().results
    return report(replace(first, flow=flow()))


def worst() -> Report:
    """One submission with the worst text in every place, and words that are longer than a phone is wide."""
    one = worst_result()
    text = " ".join((*HOSTILE, LONG))
    return report(
        wrong_result(
            submission=f"submissions/demo/{LONG}{text}.py",
            message=text,
            source=f"x = 1\ny = '{' '.join(text.splitlines())}'  # {LONG}\n",
            exception=exception(type=f"{text}{LONG}", message=f"{text}\n{LONG}", lines=(2,)),
            help=text,
            findings=(finding(message=text, help=f"{LONG} {text}", line=2, end_line=2),),
            cases=(wrong_case(f"{LONG}{text}", message=text), *one.cases),
            capture=Capture(stdout=f"{text}\n{LONG}\n", stderr=text, stderr_truncated=True),
            flow=one.flow,
        )
    )


def a_class() -> Report:
    """A class in which some fail alike, some alone, one doesn't run and one has a warning."""
    warned = finding(pitfall="full-precision-loss", severity=Severity.WARNING, message="in float32", cases=())
    scale = finding(pitfall="missing-loss-scale", message="the loss is not scaled", line=5, end_line=5)
    judged = {
        "ada": wrong_result(findings=(finding(),)),
        "bob": wrong_result(findings=(finding(), warned), score=0.5, seconds=0.4),
        "cyd": wrong_result(findings=(scale,), score=0.125, seconds=2.5),
        "dan": wrong_result(),
        "eve": result(),
        "fay": result(findings=(warned,), seconds=0.3),
        "gus": result(cases=(case(), wrong_case("alone")), verdict=Verdict.WRONG_ANSWER, score=0.75),
        "hal": result(
            verdict=Verdict.RUNTIME_ERROR,
            score=0.0,
            message="case generic: ValueError: shapes don't fit",
            exception=exception(),
            cases=(case(verdict=Verdict.RUNTIME_ERROR, expected=None, actual=None, error=None),),
        ),
        "ida": result(
            verdict=Verdict.INVALID, score=0.0, message="line 3: expected ':'", cases=(), source="def f(\n"
        ),
        "jon": result(verdict=Verdict.JUDGE_ERROR, score=None, message="the reference failed", cases=()),
        "kim": result(verdict=Verdict.TIME_LIMIT, score=0.5, seconds=21.0, message="case generic: 20 s"),
        LONG: result(),
    }
    results = (
        replace(one, submission=f"submissions/demo/{name}.py", sha256=f"{number:064x}")
        for number, (name, one) in enumerate(judged.items())
    )
    return report(*results)


def write(of: Report, path: Path) -> Path:
    """The page as `--report html=PATH` writes it."""
    path.write_text(HtmlReporter(VIEW).render(of), encoding="utf-8")
    return path


def write_folder(of: Report, folder: Path) -> Path:
    """The page of the class as `--report html=FOLDER/` writes it, and those of its learners."""
    for name, parts in HtmlReporter(VIEW).files(of):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(parts), encoding="utf-8")
    return folder / "index.html"


PAGES: Mapping[str, Callable[[Path], Path]] = {
    "learner": lambda folder: write(learner(), folder / "learner.html"),
    "worst": lambda folder: write(worst(), folder / "worst.html"),
    "class": lambda folder: write_folder(a_class(), folder),
}
