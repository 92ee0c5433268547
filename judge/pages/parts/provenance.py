"""What was judged with what: what one needs to argue about a grade, and to get it again."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import htpy
from htpy import Node

from judge.report import RunHead, SubmissionResult
from judge.reporters.parts.escape import escape
from judge.reporters.parts.numbers import seconds_text

STYLE = """\
.facts-of-run{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:.5rem 0}
.facts-of-run dt{color:var(--quiet)}
.facts-of-run dd{margin:0}
@media (min-width:60rem){.facts-of-run{grid-template-columns:repeat(2,max-content 1fr)}}
"""
_FIRST = ("jax", "jaxlib", "flax", "optax", "numpy", "python", "platform", "xla_flags")


def provenance(result: SubmissionResult, head: RunHead | None = None, now: datetime | None = None) -> Node:
    """The facts as a list of terms.

    Args:
        head: of the run; None where the page says it elsewhere.
        now: when the page was made.
    """
    return htpy.dl(class_="facts-of-run")[
        [[htpy.dt[term], htpy.dd[value]] for term, value in _facts(result, head, now)]
    ]


def _facts(
    result: SubmissionResult, head: RunHead | None, now: datetime | None
) -> Iterator[tuple[str, Node]]:
    yield "file", escape(result.submission)
    yield "problem", escape(result.problem)
    yield "sha256 of the file", htpy.code[escape(result.sha256)]
    yield "sha256 of the cases", htpy.code[escape(result.cases_sha256)]
    yield "judged in", seconds_text(result.seconds)
    if head is not None:
        yield "judge", escape(head.judge_version)
        yield "entropy", str(head.entropy)
        yield "isolation", _isolation(head.environment.get("isolation"))
        yield from _versions(head.environment)
    if now is not None:
        yield "date", htpy.time(datetime=now.isoformat(timespec="seconds"))[f"{now:%Y-%m-%d %H:%M %Z}"]


def _isolation(facts: Any) -> str:  # noqa: ANN401 -- plain data, as a report has it
    return escape(str(facts.get("tier", "unknown"))) if isinstance(facts, Mapping) else "unknown"


def _versions(environment: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in _FIRST:
        if environment.get(key):
            yield key.replace("_", " "), escape(str(environment[key]))
