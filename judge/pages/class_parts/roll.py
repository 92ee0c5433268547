"""The table of all submissions, those that need attention first, and the tools that a script makes work."""

import math
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

import htpy
from htpy import Node, Renderable
from markupsafe import Markup
from markupsafe import escape as escaped

from judge.finding import Finding, Severity
from judge.pages.class_parts.address import GROUP, NAME, PITFALL, VERDICT, Links, anchors
from judge.pages.words import kind, score, sign
from judge.report import CaseResult, SubmissionResult
from judge.reporters.base import disclosed
from judge.reporters.parts.escape import escape, shortened
from judge.reporters.parts.numbers import in_tolerances, seconds_text
from judge.stats import alike
from judge.stats.record import Alike, ClassStatistics
from judge.verdict import Verdict

STYLE = """\
.tools{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:end;margin:.6rem 0}
.tools[hidden]{display:none}
.tools label{flex:0 1 14rem;display:grid;grid-template-columns:minmax(0,1fr);gap:.1rem;
  font-size:.85rem;color:var(--quiet);min-width:0}
.tools input,.tools select,.tools button{font:inherit;font-size:1rem;color:var(--text);
  background:var(--ground);border:1px solid var(--rule);border-radius:6px;padding:.3rem .5rem;
  min-height:2.4rem;min-width:0}
.roll{width:100%;font-size:.95rem}
.roll th[scope=row]{font-weight:400}
.roll thead th:first-child{width:24%}
.roll thead th:nth-child(7){width:10rem}
.roll thead th{position:sticky;top:0;background:var(--ground);border-bottom:1px solid var(--rule)}
.roll thead button{all:unset;cursor:pointer;color:var(--link);font-weight:650;padding:.2rem 0}
.roll thead button:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.roll [aria-sort=ascending] button::after{content:" \\25B2"}
.roll [aria-sort=descending] button::after{content:" \\25BC"}
.roll td.good,.roll td.warn,.roll td.bad,.roll td.ours{white-space:nowrap;font-weight:650}
.roll code{white-space:nowrap}
.roll td:nth-child(3),.roll td:nth-child(4),.roll td:nth-child(6){text-align:right;
  font-variant-numeric:tabular-nums;white-space:nowrap}
@media (max-width:52rem){.tools label{flex:1 1 9rem}
.roll,.roll tbody{display:block}
.roll thead{display:block}
.roll thead tr{display:flex;flex-wrap:wrap;gap:0 1rem}
.roll thead th,.roll thead th:first-child,.roll thead th:nth-child(7){position:static;width:auto;border:0;
  padding:0}
.roll tbody tr{display:grid;grid-template-columns:1fr 3.6rem 6.4rem;gap:.1rem .8rem;padding:.5rem 0;
  border-bottom:1px solid var(--line)}
.roll tr[hidden]{display:none}
.roll tbody th,.roll tbody td{border:0;padding:0}
.roll tbody th{grid-column:1/4}
.roll tbody td:nth-child(4):not(:empty)::before{content:"off by "}
.roll tbody td:nth-child(5){grid-column:1/3;grid-row:3}
.roll tbody td:nth-child(6){grid-row:3;grid-column:3}
.roll tbody td:nth-child(7){grid-column:1/4;color:var(--quiet)}
}
@media print{.tools,#shown{display:none}.roll{font-size:.85em}.roll code{white-space:normal}
.roll thead th,.roll thead th:nth-child(7){position:static;width:auto}}
"""
_IN_NO_GROUP = 1 << 30  # after all groups
_MESSAGE = 150  # characters
_SHORT_MESSAGE = 30  # characters, in a class of MANY
MANY = 1000
# Rows are filled into templates by `_filled`: elements would take several times as long.
_ROW = '<tr{}><th scope="row">{}</th>{}{}</tr>'
_GROUP = ' data-g="{}"'
_LINK = '<a href="{}">{}</a>'
_CELLS = '<td class="{}">{} {}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>'
_PROBLEM = "<td>{}</td>"
_FINDING = "<code>{}</code>{}"
_COLUMNS = (
    ("submission", "name", ""),
    ("verdict", "verdict", ""),
    ("score", "score", "number"),
    ("off by", "error", "number"),
    ("what was found", "found", ""),
    ("time", "time", "number"),
    ("problem", "problem", ""),
)

Link = Callable[[int, SubmissionResult], str | None]
Groups = Mapping[tuple[str, Alike | None], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one row is made of, but for what only the whole class tells: its group, and what names begin with.

    Attributes:
        rank: in need of attention: the judge's faults, then what nothing explains, then the others.
        cells: all but the name.
    """

    rank: int
    number: int
    problem: str
    alike: Alike | None
    submission: str
    href: str | None
    cells: Markup


class Roll:
    """Collects the rows while results go by, so that these are gone through once.

    Attributes:
        rules: the rubrics of those that were entered, by problem, as sentences.
    """

    def __init__(self, link: Link, count: int) -> None:
        """Of `count` results.

        Args:
            link: address of a result's page, by its number in the run, from 1; None where it has none.
        """
        self._link = link
        self._message = _MESSAGE if count <= MANY else _SHORT_MESSAGE
        self._entries: list[Entry] = []
        self._alike: dict[Alike, Alike] = {}
        self._folder: Sequence[str] | None = None
        self.rules: dict[str, Sequence[str]] = {}

    def watched(self, results: Iterable[SubmissionResult]) -> Iterator[SubmissionResult]:
        """The same results, each entered as it goes by."""
        for number, result in enumerate(results, start=1):
            group = alike(result)
            if result.rubric is not None:
                self.rules[result.problem] = result.rubric.rule
            parts = result.submission.split("/")[:-1]
            self._folder = parts if self._folder is None else _common(self._folder, parts)
            self._entries.append(
                Entry(
                    rank=_rank(result, group),
                    number=number,
                    problem=result.problem,
                    alike=None if group is None else self._alike.setdefault(group, group),
                    submission=result.submission,
                    href=self._link(number, result),
                    cells=self._cells(result),
                )
            )
            yield result

    def _cells(self, result: SubmissionResult) -> Markup:
        return _filled(
            _CELLS,
            kind(result.verdict),
            sign(result.verdict),
            result.verdict,
            score(result) if result.score is not None else "-",
            _worst_error(result),
            _found(result, self._message),
            seconds_text(result.seconds),
        )

    def links(self, submissions: Container[str]) -> Links:
        """The addresses of the pages of these, of those that were entered."""
        named = (one for one in self._entries if one.submission in submissions)
        return {one.submission: one.href for one in named}

    def rows(self, groups: Groups, *, several: bool) -> Iterator[Markup]:
        """Those that need attention first, and in a group one after the other.

        Args:
            groups: numbers of the groups that are listed. several: tell the problem.
        """
        folder = "".join(f"{part}/" for part in self._folder or ())

        def place(one: Entry) -> tuple[int, int, int]:
            return one.rank, groups.get((one.problem, one.alike), _IN_NO_GROUP), one.number

        for one in sorted(self._entries, key=place):
            name = shortened(escape(one.submission.removeprefix(folder)), 2 * NAME)
            group = groups.get((one.problem, one.alike))
            yield _filled(
                _ROW,
                "" if group is None else _filled(_GROUP, group),
                name if one.href is None else _filled(_LINK, one.href, name),
                one.cells,
                _filled(_PROBLEM, escape(one.problem)) if several else "",
            )


def roll(counted: ClassStatistics, groups: Groups, rows: Node) -> Iterator[Node]:
    """Heading, tools and table. The address of each filter leads here where no script runs."""
    problems = counted.problems
    several = len(problems) > 1
    verdicts = [verdict for verdict in Verdict if any(verdict in one.verdicts for one in problems)]
    pitfalls = sorted({escape(pitfall.pitfall) for one in problems for pitfall in one.pitfalls})
    yield htpy.h2[
        "All submissions",
        anchors(VERDICT, verdicts),
        anchors(PITFALL, pitfalls),
        anchors(GROUP, sorted(groups.values())),
    ]
    yield htpy.p(class_="quiet")[
        "Those that need attention come first. They are off by as many tolerances as the worst of their "
        "public cases: up to 1 passes."
    ]
    yield htpy.div(class_="tools", id="tools", role="search", hidden=True)[
        htpy.label["Search ", htpy.input(type="search", id="search", name="q", autocomplete="off")],
        _choice("Verdict", "v", "all verdicts", map(str, verdicts)),
        _choice("Pitfall", "p", "all pitfalls", pitfalls),
        _choice("Problem", "e", "all problems", (escape(one.problem) for one in problems))
        if several
        else None,
        htpy.button(type="button", id="all", hidden=True)["Show all"],
    ]
    count = counted.submissions
    yield htpy.p(id="shown", role="status")[f"{count} submission{'s' * (count != 1)}"]
    yield htpy.table(class_="roll", id="roll")[
        htpy.thead[
            htpy.tr[
                [
                    htpy.th(class_=css or None, scope="col", data_key=key)[title]
                    for title, key, css in (_COLUMNS if several else _COLUMNS[:-1])
                ]
            ]
        ],
        htpy.tbody[rows],
    ]


def _choice(label: str, key: str, every: str, values: Iterable[str]) -> Renderable:
    return htpy.label[
        f"{label} ",
        htpy.select(id=label.lower(), name=key)[
            htpy.option(value="")[every],
            [htpy.option(value=value)[shortened(value, NAME)] for value in values],
        ],
    ]


def _filled(template: str, *values: object) -> Markup:
    """A template with these in its gaps, as text where they aren't markup already.

    `Markup.format` is the same, and takes three times as long.
    """
    return Markup(template.format(*map(escaped, values)))  # noqa: S704 - templates are this module's


def _common(first: Sequence[str], second: Sequence[str]) -> Sequence[str]:
    """What both begin with."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False))
    return [one for one, _ in pairs]


def _rank(result: SubmissionResult, group: Alike | None) -> int:
    ours = any(case.verdict is Verdict.JUDGE_ERROR for case in result.cases)
    if ours or result.verdict is Verdict.JUDGE_ERROR:
        return 0
    if result.verdict is not Verdict.ACCEPTED:
        return 1 if group is not None and group.is_unexplained else 2
    return 4 if group is None and not result.unread else 3


def _worst_error(result: SubmissionResult) -> str:
    """Of the public cases, in tolerances; empty where there is no number."""
    cases = [case for case in map(disclosed, result.cases) if case.error is not None]
    return in_tolerances(max(cases, key=_ratio)) if cases else ""


def _ratio(case: CaseResult) -> float:
    if not case.error:
        return 0.0 if case.error == 0 else math.inf
    ratio = case.error / case.tolerance if case.tolerance else math.inf
    return math.inf if math.isnan(ratio) else ratio


def _found(result: SubmissionResult, characters: int) -> Markup | str:
    """Findings with their lines; where there are none, what else is known in so many characters."""
    firsts = {one.pitfall: one for one in reversed(result.findings)}
    if firsts:
        ids = dict.fromkeys(one.pitfall for one in result.findings)
        return Markup(", ").join(_filled(_FINDING, escape(one), _where(firsts[one], result)) for one in ids)
    if result.verdict is Verdict.ACCEPTED:
        return "not read, numbers only" if result.unread else ""
    raised = "" if result.exception is None else result.exception.type
    told = result.message if raised in result.message else f"{raised}: {result.message}"
    return shortened(escape(told), characters)


def _where(finding: Finding, result: SubmissionResult) -> str:
    where = "" if finding.line is None else f" {result.line_name(finding.line)}"
    return f"{where} (warning)" if finding.severity is Severity.WARNING else where
