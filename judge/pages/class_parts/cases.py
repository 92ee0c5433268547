"""What became of each case, and which of them alone caught somebody."""

import htpy
from htpy import Renderable

from judge.pages.class_parts.address import NAME
from judge.pages.class_parts.bars import bar
from judge.pages.words import kind, sign
from judge.reporters.parts.escape import escape, shortened
from judge.stats.record import CaseCount, ProblemStatistics
from judge.verdict import Verdict

STYLE = """\
.case-counts{width:100%;font-size:.95rem}
.case-counts th[scope=row]{font-weight:400}
.case-counts th,.case-counts td{padding-right:.2rem}
.case-counts .number{padding-left:.7rem}
.case-counts thead .number{white-space:normal;overflow-wrap:normal}
.case-counts .bar{height:.35rem;margin:.15rem 0;min-width:6rem}
"""
_COLUMNS = (
    (Verdict.ACCEPTED, "accepted"),
    (Verdict.PITFALL, "pitfall"),
    (Verdict.WRONG_ANSWER, "failed"),
    (Verdict.JUDGE_ERROR, "not judged"),
)


def cases(problem: ProblemStatistics) -> Renderable:
    """A row a case: a bar of its verdicts, their numbers, and whom it alone caught."""
    if not problem.cases:
        return htpy.p(class_="quiet")["No case ran."]
    ours = any(case.judge_error for case in problem.cases)
    columns = [column for column in _COLUMNS if ours or column[0] is not Verdict.JUDGE_ERROR]
    return htpy.table(class_="case-counts")[
        htpy.thead[
            htpy.tr[
                htpy.th(scope="col")["case"],
                [_head(verdict, name) for verdict, name in columns],
                htpy.th(class_="number", scope="col")["caught alone"],
            ]
        ],
        htpy.tbody[[_row(case, ours=ours) for case in problem.cases]],
    ]


def _head(verdict: Verdict, name: str) -> Renderable:
    return htpy.th(class_="number", scope="col")[
        htpy.span(class_=kind(verdict), aria_hidden="true")[sign(verdict)],
        htpy.span(class_="unseen")[name],
    ]


def _row(case: CaseCount, *, ours: bool) -> Renderable:
    numbers = (case.accepted, case.pitfall, case.failed, case.judge_error)
    colours = [kind(verdict) for verdict, _ in _COLUMNS]
    return htpy.tr[
        htpy.th(scope="row")[
            shortened(escape(case.name), NAME), bar(zip(numbers, colours, strict=True), sum(numbers))
        ],
        [htpy.td(class_="number")[str(number)] for number in (numbers if ours else numbers[:3])],
        htpy.td(class_="number")[htpy.strong[str(case.caught_alone)] if case.caught_alone else "-"],
    ]
