"""What is told of a class in Markdown, above its submissions."""

from collections.abc import Iterable, Iterator, Sequence

from judge.pages.words import sign
from judge.reporters.parts import markup
from judge.reporters.parts.numbers import score_text
from judge.stats.record import CaseCount, ClassStatistics, Group, PitfallCount, ProblemStatistics
from judge.verdict import Verdict

SHOWN_GROUPS = 10
SHOWN_NAMES = 3  # of a group
SHOWN_CASES = 60
LEGEND = ", ".join(
    f"{sign(verdict)} {told}"
    for verdict, told in (
        (Verdict.ACCEPTED, "accepted"),
        (Verdict.PITFALL, "pitfall"),
        (Verdict.WRONG_ANSWER, "failed"),
        (Verdict.JUDGE_ERROR, "the judge is at fault"),
    )
)


def told_of_class(statistics: ClassStatistics) -> Iterator[str]:
    """Paragraphs and tables, each problem by itself."""
    several = len(statistics.problems) > 1
    for one in statistics.problems:
        if several:
            yield f"**{markup.text(one.problem)}**"
        yield _sentence(one)
        if one.pitfalls:
            rows = (_pitfall(pitfall) for pitfall in one.pitfalls)
            yield markup.folded("Pitfalls", _table(("pitfall", "submissions", "as a warning only"), rows))
        if one.cases:
            columns = ("case", "accepted", "pitfall", "failed", "judge_error", "caught by it alone")
            yield markup.folded("Cases", _table(columns, map(_case, one.cases[:SHOWN_CASES])))
        if one.groups:
            yield markup.folded("Who fails alike", _alike(one))


def _sentence(one: ProblemStatistics) -> str:
    scores = one.scores
    told = [f"{one.accepted} of {one.submissions} accepted ({one.accepted_percent}%)"]
    if scores.median is not None and scores.mean is not None:
        told.append(f"median {score_text(scores.median)}, mean {score_text(scores.mean).split()[-1]}")
    counts = (
        (one.partly_right, "partly right"),
        (one.did_not_run, "did not run"),
        (one.not_read, "not read"),
        (one.judge_at_fault, "with a case that the judge is at fault for"),
    )
    told += [f"{count} {what}" for count, what in counts if count]
    return f"{'; '.join(told)}."


def _pitfall(one: PitfallCount) -> tuple[str, ...]:
    return markup.text(one.pitfall), str(one.submissions), str(one.warnings)


def _case(one: CaseCount) -> tuple[str, ...]:
    counts = (one.accepted, one.pitfall, one.failed, one.judge_error, one.caught_alone)
    return markup.text(one.name), *map(str, counts)


def _alike(one: ProblemStatistics) -> str:
    rows = (_group(group) for group in one.groups[:SHOWN_GROUPS])
    table = _table(("submissions", "verdict", "cases", "findings", "such as"), rows)
    left = one.in_other_groups + sum(group.submissions for group in one.groups[SHOWN_GROUPS:])
    return f"{table}\n\n{left} more are in smaller groups." if left else table


def _group(group: Group) -> tuple[str, ...]:
    alike = group.alike
    signs = "".join(" " if verdict is None else sign(verdict) for verdict in group.cases[:SHOWN_CASES])
    found = ", ".join((*alike.errors, *alike.warnings)) or alike.exception
    names = ", ".join(name.rpartition("/")[2] for name in group.names[:SHOWN_NAMES])
    told = found or ("nothing explains it" if alike.is_unexplained else "")
    return str(group.submissions), str(alike.verdict), signs.strip(), markup.text(told), markup.text(names)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Counts stand at the right."""
    rows = tuple(rows)
    ends = ("---:" if all(row[at].isdigit() for row in rows) else "---" for at in range(len(columns)))
    head = [f"| {' | '.join(columns)} |", f"|{'|'.join(ends)}|"]
    return "\n".join((*head, *(f"| {' | '.join(row)} |" for row in rows)))
