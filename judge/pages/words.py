"""What every page says in the same way: verdicts, scores, sentences with code in them, dtypes."""

import re
from collections.abc import Iterator

import htpy
from htpy import Node, Renderable

from judge.report import SubmissionResult
from judge.reporters.parts.escape import escape
from judge.reporters.parts.numbers import grade_cell
from judge.verdict import Verdict

# Sign and class of each verdict; what isn't here failed through the learner.
_KINDS = {
    Verdict.ACCEPTED: ("\N{CHECK MARK}", "good"),
    Verdict.PITFALL: ("\N{BLACK UP-POINTING TRIANGLE}", "warn"),
    Verdict.JUDGE_ERROR: ("?", "ours"),
}
_FAILED = ("\N{BALLOT X}", "bad")
_SHORT = {"bfloat16": "bf16", "float16": "fp16", "float32": "fp32", "float64": "fp64"}
ARROW = " \N{RIGHTWARDS ARROW} "
BETWEEN = " \N{MIDDLE DOT} "
_SPAN = re.compile(r"`([^`]+)`")


def sign(verdict: Verdict) -> str:
    """One character for it, beside the word and never in its place."""
    return _KINDS.get(verdict, _FAILED)[0]


def kind(verdict: Verdict) -> str:
    """The class of its colour: "good", "warn", "bad" or "ours"."""
    return _KINDS.get(verdict, _FAILED)[1]


def badge(verdict: Verdict, *, pill: bool = False) -> Renderable:
    """Sign, word and colour.

    Args:
        pill: on a ground of its own, as the first thing that is seen.
    """
    return htpy.span(class_=f"verdict {kind(verdict)}{' pill' if pill else ''}")[
        htpy.span(aria_hidden="true")[f"{sign(verdict)} "], str(verdict)
    ]


def score(result: SubmissionResult) -> str:
    """The score with two decimals, or points by a rubric, and that it is no grade where it is none.

    As "0.25", "no score", "72/100".
    """
    return grade_cell(result)


def passing(result: SubmissionResult) -> str:
    """How many cases are accepted, hidden ones too; empty where there are none."""
    accepted = sum(case.verdict is Verdict.ACCEPTED for case in result.cases)
    return f"{accepted} of {len(result.cases)} cases pass" if result.cases else ""


def name(submission: str) -> str:
    """The file's own name, without its folders, escaped."""
    return escape(submission.rpartition("/")[2] or submission)


def prose(text: str) -> Iterator[Node]:
    """A sentence in one line, not yet escaped; what it has between backticks is code."""
    for number, part in enumerate(_SPAN.split(text.replace("\n", " "))):
        if part:
            yield htpy.code[escape(part)] if number % 2 else escape(part)


def short_dtype(dtype: str) -> str:
    """As a box has room for it: "bf16"; the name itself where it has no short one."""
    return _SHORT.get(dtype, dtype)


def dtype_kind(dtype: str) -> str:
    """The class of its colour, its frame and its ground: "bf16", "fp16", "fp32" or "other"."""
    short = short_dtype(dtype)
    return short if short in {"bf16", "fp16", "fp32"} else "other"
