"""A class's page: what to look at first, then scores, pitfalls, cases, who fails alike, and everybody."""

import zlib
from collections.abc import Iterator, Mapping, Sequence

import htpy
from htpy import Node, Renderable
from markupsafe import Markup

from judge.pages.class_parts import alike, bars, cases, histogram, roll, slowest, tiles
from judge.pages.class_parts.address import NAME, Links
from judge.pages.class_parts.roll import Link, Roll
from judge.pages.class_parts.script import SCRIPT
from judge.pages.document import document
from judge.pages.learner import STYLE as LEARNER_STYLE
from judge.pages.learner import learner_fragment
from judge.pages.words import name, score, sign
from judge.report import Report, SubmissionResult
from judge.reporters.base import View
from judge.reporters.parts.escape import escape, shortened
from judge.reporters.parts.numbers import score_text
from judge.stats import statistics
from judge.stats.record import Alike, ClassStatistics, ProblemStatistics
from judge.verdict import Verdict

FOLDED = 5 << 20  # bytes of learners' pages that one file holds
STYLE = (
    """\
.halves{columns:2 26rem;column-gap:3rem}
.halves section{break-inside:avoid;overflow:hidden}
.halves section>:first-child{margin-top:1.2rem}
.scroll{overflow-x:auto}
.folded{border-top:1px solid var(--line);padding:.3rem 0}
.folded>summary{font-weight:650}
"""
    + alike.STYLE
    + bars.STYLE
    + cases.STYLE
    + histogram.STYLE
    + roll.STYLE
    + slowest.STYLE
    + tiles.STYLE
)


def class_index(report: Report, view: View, link: Link) -> Renderable:
    """The page of a class whose learners have pages of their own.

    Args:
        view: says when the page is made. link: address of the page of a result, by its number in the run,
            from 1.
    """
    return _page(report, view, link, None, (STYLE,))


def class_file(report: Report, view: View, room: int | None = None) -> Renderable:
    """The page of a class with each learner's page folded in.

    Those that aren't accepted come before the others, until `room` bytes (FOLDED, if not given) are taken;
    it is said how many are left out.
    """
    folded = _folded(report, FOLDED if room is None else room)
    left = len(report.results) - len(folded)
    details = [
        htpy.h2["Each submission"],
        htpy.p[
            f"{left} are left out, since this file would be too large. "
            "`--report html=FOLDER/` writes a page for each."
        ]
        if left
        else None,
        (_unpacked(folded[number]) for number in sorted(folded)),
    ]
    return _page(
        report,
        view,
        lambda number, _: f"#s{number}" if number in folded else None,
        details,
        (STYLE, LEARNER_STYLE),
    )


def _folded(report: Report, room: int) -> Mapping[int, bytes]:
    """Learners' pages by number: first those that aren't accepted, as long as there is room.

    Which ones have a link is known only when all are made, so that they have to be held: compressed, since
    that takes a tenth of the memory.
    """
    taken: dict[int, bytes] = {}
    for accepted in (False, True):
        for number, result in enumerate(report.results, start=1):
            if (result.verdict is Verdict.ACCEPTED) is not accepted:
                continue
            details = htpy.details(class_="folded")[
                htpy.summary[f"{sign(result.verdict)} {_title(result)}"], learner_fragment(result, number)
            ]
            text = str(details).encode()
            room -= len(text)
            if room < 0:
                return taken
            taken[number] = zlib.compress(text)
    return taken


def _unpacked(page: bytes) -> Markup:
    return Markup(zlib.decompress(page).decode())  # noqa: S704 -- made of elements, in which all was escaped


def _title(result: SubmissionResult) -> str:
    return f"{shortened(name(result.submission), NAME)}: {result.verdict}, {score(result)}"


def _page(report: Report, view: View, link: Link, details: Node, styles: tuple[str, ...]) -> Renderable:
    table = Roll(link, len(report.results))
    counted = statistics(table.watched(report.results))
    offsets = _offsets(counted)
    groups: dict[tuple[str, Alike | None], int] = {
        (problem.problem, group.alike): group.number + offsets[problem.problem]
        for problem in counted.problems
        for group in problem.groups
    }
    links = table.links(_named(counted))
    rows = table.rows(groups, several=len(counted.problems) > 1)
    return document(
        _heading(counted),
        header=[htpy.h1[_heading(counted)], list(_notes(report, counted))],
        main=[
            [
                list(_problem(one, counted, offsets[one.problem], links, table.rules.get(one.problem, ())))
                for one in counted.problems
            ],
            list(roll.roll(counted, groups, rows)),
            details,
        ],
        footer=_footer(report, view),
        styles=styles,
        scripts=(SCRIPT,),
    )


def _named(counted: ClassStatistics) -> set[str]:
    """The submissions that the statistics name."""
    groups = (group for problem in counted.problems for group in problem.groups)
    slow = (slow.submission for problem in counted.problems for slow in problem.slowest)
    return {*slow, *(submission for group in groups for submission in group.names)}


def _offsets(counted: ClassStatistics) -> Mapping[str, int]:
    """How many groups come before those of each problem."""
    offsets, before = {}, 0
    for problem in counted.problems:
        offsets[problem.problem] = before
        before += len(problem.groups)
    return offsets


def _heading(counted: ClassStatistics) -> str:
    count = counted.submissions
    told = f"{count} submission{'s' * (count != 1)}"
    if len(counted.problems) == 1:
        return f"{shortened(escape(counted.problems[0].problem), NAME)}: {told}"
    return f"{told} in {len(counted.problems)} problems" if count else "No submission was judged"


def _notes(report: Report, counted: ClassStatistics) -> Iterator[Node]:
    """What is to be known before any number is believed."""
    if not report.complete:
        yield htpy.p(class_="bad")["Interrupted: what was not finished is missing here."]
    in_part = sum(problem.in_part for problem in counted.problems)
    if in_part:
        yield htpy.p[f"{in_part} were judged on a part of the cases: their scores are no grades."]
    if len(counted.problems) > 1:
        yield htpy.nav(aria_label="Problems")[
            htpy.ul[
                [
                    htpy.li[
                        htpy.a(href=f"#problem-{number}")[shortened(escape(problem.problem), NAME)],
                        f": {problem.accepted} of {problem.submissions} accepted",
                    ]
                    for number, problem in enumerate(counted.problems, 1)
                ]
            ]
        ]


def _problem(
    problem: ProblemStatistics, counted: ClassStatistics, offset: int, links: Links, rule: Sequence[str]
) -> Iterator[Node]:
    """All about one problem; its name is a heading where there are several."""
    heading = htpy.h2
    if len(counted.problems) > 1:
        heading = htpy.h3
        number = counted.problems.index(problem) + 1
        yield htpy.h2(id=f"problem-{number}")[
            f"{shortened(escape(problem.problem), NAME)}: {problem.submissions} submissions"
        ]
    yield tiles.tiles(problem)
    groups = len(problem.groups)
    yield htpy.div(class_="halves")[
        htpy.section[heading["Scores"], histogram.histogram(problem.scores), _mean(problem)],
        htpy.section[heading["Verdicts"], bars.verdicts(problem)],
        htpy.section[heading["Pitfalls, by submissions"], bars.pitfalls(problem)],
        htpy.section[heading["Exceptions"], bars.exceptions(problem)] if problem.exceptions else None,
        htpy.section[heading["Slowest"], slowest.slowest(problem, links)],
        htpy.section[heading["Cases"], cases.cases(problem)],
        htpy.section[heading["Points"], htpy.ul[[htpy.li[escape(shortened(one))] for one in rule]]]
        if rule
        else None,
    ]
    yield htpy.section[
        heading[f"Who fails alike: {groups} group{'s' * (groups != 1)}"],
        list(alike.alike(problem, offset, links)),
    ]


def _mean(problem: ProblemStatistics) -> Node:
    scores = problem.scores
    if scores.mean is None:
        return htpy.p(class_="quiet")["Nobody has a score."]
    without = f"; {scores.without} without a score" if scores.without else ""
    mean = score_text(scores.mean).removeprefix("score ")
    return htpy.p(class_="quiet")[f"Submissions by score; mean {mean}{without}."]


def _footer(report: Report, view: View) -> Node:
    environment = report.environment
    isolation = environment.get("isolation", {})
    facts = [
        f"judge {report.judge_version}",
        *(f"{name} {environment[name]}" for name in ("jax", "flax", "python") if environment.get(name)),
        f"entropy {report.entropy}",
        f"isolation {isolation.get('tier', 'unknown')}",
        f"{report.seconds:.0f} s",
    ]
    facts += [] if view.now is None else [f"{view.now:%Y-%m-%d %H:%M %Z}"]
    return htpy.p[escape(", ".join(facts))]
