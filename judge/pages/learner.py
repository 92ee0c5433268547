"""A learner's page: the verdict and what to fix first, then why, and everything of it in their own file."""

from collections.abc import Iterator
from datetime import datetime

import htpy
from htpy import Node, Renderable

from judge.pages import flow_picture
from judge.pages.document import constant, document
from judge.pages.parts import (
    code_colours,
    dot_plot,
    exception,
    finding_box,
    printed,
    provenance,
    source_code,
    value_sizes,
    what_to_fix,
)
from judge.pages.parts.place import Place
from judge.pages.style import PART, part_style
from judge.pages.words import BETWEEN, badge, name, passing, prose, score
from judge.report import RunHead, SubmissionResult
from judge.reporters.base import View, disclosed
from judge.reporters.parts.escape import escape, shortened
from judge.reporters.parts.messages import is_told, once
from judge.reporters.parts.rubric_text import account, points_text

STYLE = (
    """\
.outcome{margin:.2rem 0 .6rem;font-size:1.05rem;line-height:2}
.fact{white-space:nowrap}
.scroll{overflow-x:auto}
"""
    + code_colours.STYLE
    + dot_plot.STYLE
    + exception.STYLE
    + finding_box.STYLE
    + flow_picture.STYLE
    + provenance.STYLE
    + source_code.STYLE
    + value_sizes.STYLE
    + what_to_fix.STYLE
)
_PART_STYLE = part_style(STYLE)
_SHOWN_MESSAGES = 6
_NAME = 120  # characters of a file's name


def learner_page(result: SubmissionResult, head: RunHead, view: View) -> Renderable:
    """The whole page of one submission, in which nothing of any other is.

    Args:
        head: of the run. view: says when the page is made.
    """
    place = Place(lines=_count(result), cells=result.cells)
    file = shortened(name(result.submission), _NAME)
    return document(
        f"{result.verdict}: {file}",
        header=[
            htpy.p(class_="quiet")[escape(shortened(result.problem, _NAME))],
            htpy.h1[file],
            _outcome(result),
        ],
        main=list(_sections(result, place)),
        footer=[htpy.h2["What was judged with what"], provenance.provenance(result, head, view.now)],
        styles=(STYLE,),
    )


def learner_fragment(result: SubmissionResult, number: int) -> Renderable:
    """The same for a page that has many: an `article` with the id `s<number>`.

    All ids in it begin with `s<number>-`. The page needs STYLE, and says who this is and what the run was.
    """
    place = Place(prefix=f"s{number}-", level=3, lines=_count(result), cells=result.cells)
    return htpy.article(class_="learner", id=f"s{number}")[
        _outcome(result), list(_sections(result, place)), provenance.provenance(result)
    ]


def learner_output(
    result: SubmissionResult, head: RunHead, prefix: str, now: datetime | None = None
) -> Renderable:
    """The same as a part of a page that isn't ours, a notebook's: it brings its style, and touches no other.

    Args:
        head: of the run. prefix: what all ids begin with. now: when it is made.
    """
    place = Place(prefix=prefix, level=3, lines=_count(result), cells=result.cells, is_guest=True)
    return htpy.div(class_=f"{PART} tex2jax_ignore mathjax_ignore")[
        htpy.style[constant(_PART_STYLE)],
        htpy.p(class_="quiet")[
            f"{escape(shortened(result.problem, _NAME))}: {shortened(name(result.submission), _NAME)}"
        ],
        _outcome(result),
        list(_sections(result, place)),
        htpy.details[htpy.summary["What was judged with what"], provenance.provenance(result, head, now)],
    ]


def _outcome(result: SubmissionResult) -> Renderable:
    by_score = f"score {score(result)}" if result.score is not None else "no score"
    facts = (points_text(result) or by_score, passing(result))
    return htpy.p(class_="outcome")[
        badge(result.verdict, pill=True),
        [[BETWEEN, htpy.span(class_="fact")[fact]] for fact in facts if fact],
    ]


def _sections(result: SubmissionResult, place: Place) -> Iterator[Node]:
    """From what is to be done to what is only to be known."""
    yield what_to_fix.what_to_fix(result, place)
    yield exception.exception(result, place)
    yield from _points(result, place)
    yield from _cases(result, place)
    yield from _flow(result, place)
    yield place.heading(f"Your {'notebook' if result.cells else 'file'}, line by line")
    names = [case.name for case in result.cases]
    findings = (one for one in source_code.shown_findings(result) if not place.has(one.line))
    yield [finding_box.finding_box(finding, names, place) for finding in findings]
    yield source_code.source_code(result, place)
    yield printed.printed(result.capture, place)


def _count(result: SubmissionResult) -> int:
    """How many lines the file has that can be shown."""
    return len(source_code.shown_lines(result.source))


def _points(result: SubmissionResult, place: Place) -> Iterator[Node]:
    """What a rubric gives, and the rubric."""
    if result.rubric is None:
        return
    yield place.heading("The points")
    made_of = account(result)
    yield htpy.p[htpy.strong[escape(points_text(result))], f": {escape(made_of)}" if made_of else ""]
    yield htpy.ul(class_="quiet")[[htpy.li[escape(shortened(one))] for one in result.rubric.rule]]


def _cases(result: SubmissionResult, place: Place) -> Iterator[Node]:
    """The picture of the cases, and what they have to say beyond the submission's own message."""
    cases = [disclosed(case) for case in result.cases]
    if not cases:
        return
    compared = any(case.error is not None for case in cases)
    yield place.heading("How far off each case is" if compared else "The cases")
    yield dot_plot.dot_plot(cases, place)
    yield htpy.p(class_="quiet")[dot_plot.legend(cases)] if compared else None
    told = [said for said in once(cases) if said.case.error is None and not is_told(said, result)]
    if told:
        yield htpy.ul[
            [
                htpy.li[htpy.strong[said.who], ": ", prose(shortened(said.case.message))]
                for said in told[:_SHOWN_MESSAGES]
            ],
            htpy.li[f"and {len(told) - _SHOWN_MESSAGES} more"] if len(told) > _SHOWN_MESSAGES else None,
        ]


def _flow(result: SubmissionResult, place: Place) -> Iterator[Node]:
    """What each value is computed in, and how large it is."""
    flow, graph = result.flow, result.flow.graph
    picture = (
        None if graph is None else flow_picture.flow_picture(graph, prefix=place.prefix, cells=result.cells)
    )
    if graph is not None and picture is not None:
        yield place.heading("What each value is computed in")
        yield htpy.figure(
            class_="scroll", tabindex="0", role="group", aria_label="The flow of the precision"
        )[picture]
        yield htpy.p(class_="quiet")[flow_picture.legend(graph)]
    elif result.unread:
        yield place.heading("What each value is computed in")
        yield htpy.p[escape(shortened(f"Not read: {result.unread}"))]
    elif graph is not None and flow.available:
        yield place.heading("What each value is computed in")
        yield htpy.p[escape(f"There is no picture: {graph['reason']}. See the lines of your file below.")]
    values = (flow.listing or {}).get("values") or {}
    if values:
        yield place.heading("How large the values are")
        yield value_sizes.value_sizes(values)
        yield htpy.p(class_="quiet")[value_sizes.legend(values)]
