"""A problem's rubric, as its file has it."""

from collections.abc import Collection

from judge.problem.model import Attempts, CaseGroup, Late, Problem, Rubric
from judge.problem.node import Node, did_you_mean, given

MAX_POINTS = 1_000_000
ATTEMPTS: tuple[Attempts, ...] = ("best", "last")


def read_rubric(node: Node, problem: Problem) -> Rubric:
    """The rubric, held against the problem's cases and pitfalls where these have no faults."""
    entries = node.mapping(required=("cases",), optional=("pitfalls", "late", "attempts"))
    cases = [case.name for case in problem.cases] if node.log.clean(("cases",)) else None
    pitfalls = problem.pitfalls if node.log.clean(("pitfalls",)) else None
    return Rubric(
        groups=given(entries, "cases", lambda entry: _groups(entry, cases), ()),
        pitfalls=given(entries, "pitfalls", lambda entry: _prices(entry, pitfalls), {}),
        late=given(entries, "late", _late, None),
        attempts=given(entries, "attempts", lambda entry: entry.one_of(ATTEMPTS), "best"),
    )


def _groups(node: Node, known: Collection[str] | None) -> tuple[CaseGroup, ...]:
    """All groups; `known` has the names of the cases, None when they aren't known."""
    taken: dict[str, str] = {}
    names: dict[str, int] = {}
    groups = tuple(_group(item, known, taken, names) for item in node.items(least=1))
    missing = [name for name in known or () if name not in taken]
    if node.clean and missing:
        told = ", ".join(f"`{name}`" for name in missing)
        node.fault(f"{told} {'is' if len(missing) == 1 else 'are'} in no group; every case belongs to one")
    if node.clean and sum(group.points for group in groups) > MAX_POINTS:
        node.fault(f"has more than {MAX_POINTS} points in all")
    return groups


def _group(
    node: Node, known: Collection[str] | None, taken: dict[str, str], names: dict[str, int]
) -> CaseGroup:
    """One group; `taken` collects cases with the group that they are in, `names` groups with their lines."""
    entries = node.mapping(required=("name", "cases", "points"))
    name = given(entries, "name", Node.text, "")
    if "name" in entries and entries["name"].clean and names.setdefault(name, node.line) != node.line:
        entries["name"].fault(f"`{name}` is the name of the group on line {names[name]} too")
    cases = entries["cases"].items(least=1) if "cases" in entries else ()
    return CaseGroup(
        name=name,
        cases=tuple(_case(item, known, taken, name) for item in cases),
        points=given(entries, "points", lambda entry: entry.whole(least=1, most=MAX_POINTS), 1),
    )


def _case(node: Node, known: Collection[str] | None, taken: dict[str, str], group: str) -> str:
    """The name of a case that is in no other group."""
    name = node.text()
    if not node.clean:
        return name
    repeated = name.partition("[")[0]
    if known is not None and name not in known:
        whole = f"; `{repeated}` stands for all its repeats" if repeated in known else ""
        node.fault(f"is no case of this file: '{name}'{whole or did_you_mean(name, known)}")
    elif name in taken:
        node.fault(f"`{name}` is in the group `{taken[name]}` already")
    else:
        taken[name] = group
    return name


def _prices(node: Node, known: Collection[str] | None) -> dict[str, int]:
    """Points by pitfall; `known` has those of the problem, None when they aren't known."""
    entries = node.entries()
    for name, entry in entries.items():
        if known is not None and name not in known:
            entry.fault(f"is none of the problem's `pitfalls`{did_you_mean(name, known)}")
    return {name: entry.whole(least=1, most=MAX_POINTS) for name, entry in entries.items()}


def _late(node: Node) -> Late:
    entries = node.mapping(required=("per_day",), optional=("at_most",))
    per_day = given(entries, "per_day", lambda entry: entry.whole(least=1, most=100), 1)
    at_most = given(entries, "at_most", lambda entry: entry.whole(least=per_day, most=100), 100)
    return Late(per_day=per_day, at_most=at_most)
