"""Who fails alike: a row a group, a column a case, so that one remark does for all of a group."""

from collections.abc import Iterator

import htpy
from htpy import Node, Renderable

from judge.pages.class_parts.address import GROUP, NAME, Links, link, named
from judge.pages.words import badge, kind, sign
from judge.reporters.parts.escape import escape, shortened
from judge.stats.record import Group, ProblemStatistics
from judge.verdict import Verdict

STYLE = """\
.alike{border-collapse:separate;border-spacing:1px 0}
.alike thead th{padding:0 0 .2rem;border:0;height:9rem;vertical-align:bottom;font-weight:400;font-size:.85rem}
.alike thead span{writing-mode:vertical-rl;transform:rotate(180deg);max-height:9rem;overflow:hidden;
  white-space:nowrap}
.alike tbody th{font-weight:400;padding:.3rem 1rem .3rem 0;max-width:44rem}
.alike td{width:1.5rem;min-width:1.5rem;padding:0;text-align:center;vertical-align:middle;
  border-bottom-color:var(--ground)}
.alike td.good{background:var(--good-soft)}
.alike td.warn{background:var(--warn-soft)}
.alike td.bad{background:var(--bad-soft)}
.alike td.ours{background:var(--ours-soft)}
.alike .size{font-weight:650;display:inline-block;min-width:3.4rem}
@media (max-width:52rem){.alike,.alike tbody,.alike tr,.alike tbody th{display:block}
.alike thead{display:block}
.alike tr{white-space:nowrap;padding-bottom:.4rem}
.alike thead th:first-child{display:none}
.alike td:empty{display:none}
.alike thead th{height:auto}
.alike thead th,.alike td{display:inline-block;width:1.5rem;min-width:0;margin-right:1px}
.alike tbody th{white-space:normal;border:0;position:sticky;left:0;width:calc(100vw - 2rem);padding:.2rem 0}}
"""
SHOWN = 60  # groups of a problem
SHOWN_NAMES = 3  # of a group
_LEGEND = (
    (Verdict.ACCEPTED, "accepted"),
    (Verdict.PITFALL, "numbers pass, but a finding costs the case"),
    (Verdict.WRONG_ANSWER, "failed"),
    (Verdict.JUDGE_ERROR, "the judge's fault"),
)


def alike(problem: ProblemStatistics, offset: int, links: Links) -> Iterator[Node]:
    """The groups of a problem.

    Args:
        offset: what is added to a group's number, so that all of the page have different ones.
        links: address of the page of each submission that is named.
    """
    if not problem.groups:
        yield htpy.p(class_="quiet")["Nobody fails, and there are no warnings."]
        return
    ours = any(case.judge_error for case in problem.cases)
    legend = [
        (verdict, meaning) for verdict, meaning in _LEGEND if ours or verdict is not Verdict.JUDGE_ERROR
    ]
    yield htpy.p(class_="quiet")[
        "Submissions with the same findings, exception and verdicts by case: one remark does for a group. ",
        [
            [", " if number else "", htpy.span(class_=kind(verdict))[sign(verdict)], f" {meaning}"]
            for number, (verdict, meaning) in enumerate(legend)
        ],
        ".",
    ]
    yield htpy.div(class_="scroll", tabindex="0", role="group", aria_label="Groups that fail alike")[
        htpy.table(class_="alike")[
            htpy.thead[
                htpy.tr[
                    htpy.th(scope="col")["group"],
                    [
                        htpy.th(scope="col")[htpy.span[shortened(escape(case.name), NAME)]]
                        for case in problem.cases
                    ],
                ]
            ],
            htpy.tbody[[_row(group, offset, links) for group in problem.groups[:SHOWN]]],
        ]
    ]
    left = problem.in_other_groups + sum(group.submissions for group in problem.groups[SHOWN:])
    if left:
        yield htpy.p[f"{left} more submissions are in smaller groups; the table below has them."]


def _row(group: Group, offset: int, links: Links) -> Renderable:
    return htpy.tr[
        htpy.th(scope="row")[
            htpy.a(class_="size", href=link(GROUP, group.number + offset))[
                f"{group.submissions} \N{MULTIPLICATION SIGN}"
            ],
            badge(group.alike.verdict),
            list(_why(group)),
            htpy.br,
            htpy.span(class_="quiet")[list(_names(group, links))],
        ],
        list(_cells(group)),
    ]


def _cells(group: Group) -> Iterator[Renderable]:
    """A verdict each; one cell for all where no case ran."""
    if not any(group.cases):
        yield htpy.td(colspan=str(len(group.cases)))
        return
    for verdict in group.cases:
        yield htpy.td["\N{MIDDLE DOT}"] if verdict is None else htpy.td(class_=kind(verdict))[sign(verdict)]


def _why(group: Group) -> Iterator[Node]:
    alike = group.alike
    parts: list[Node] = [shortened(escape(pitfall), NAME) for pitfall in alike.errors]
    parts += [f"{shortened(escape(pitfall), NAME)} (warning)" for pitfall in alike.warnings]
    if alike.exception:
        parts.append(htpy.code[shortened(escape(alike.exception), NAME)])
    if alike.is_unexplained:
        parts.append("no finding says why")
    if not group.alike.cases:
        parts.append("no case ran")
    for number, part in enumerate(parts):
        yield ", " if number else ": "
        yield part


def _names(group: Group, links: Links) -> Iterator[Node]:
    for number, submission in enumerate(group.names[:SHOWN_NAMES]):
        yield ", " if number else ""
        yield named(submission, links)
    if group.submissions > SHOWN_NAMES:
        yield f" and {group.submissions - SHOWN_NAMES} more"
