"""Mutants of right programs: each is told by numbers or by the flow, is the same program, or is listed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from judge.expected.trusted_process import TrustedProcess, process_of
from judge.expected.trusted_worker import TRUSTED_LIMITS
from judge.expected.values import REFERENCE
from judge.finding import Finding, Severity
from judge.flow import Flow
from judge.flow.equal_programs import equal
from judge.problem.model import Case
from judge.sandbox.talking.requests import Program
from judge.verify.checks.margins import matrix_of
from judge.verify.mistakes_read import findings_of
from judge.verify.mutants.edits import Mutant
from judge.verify.mutants.mutate import ROLES, mutants
from judge.verify.mutants.tables import styles, tables
from judge.verify.record import Result, Table, fault, note, ok
from judge.verify.workshop import CORRECT, Workshop, by_shape

LIMITS = replace(TRUSTED_LIMITS, wall_s=30, cpu_s=30)  # a mutant may well never end
TABLE = "CORRECT"
FIRST = 2  # cases that are tried first: those that reject most
A_STYLE = 3  # mutants of each right style
FAILS, NUMBERS, FLOW, SAME, SURVIVES = "fails", "numbers", "flow", "same program", "survives"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a mutant, and by what."""

    what: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A right program: its module, which entry of it, and its flow."""

    program: Program
    entry: str | None
    flow: Flow

    @property
    def name(self) -> str:
        """As results call it."""
        return REFERENCE if self.entry is None else self.entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """In which cases a mutant is called, each time in several of equal shapes.

    Attributes:
        first: one case each, those that reject most mistakes in their time. Nearly every mutant dies there.
        rest: all others.
    """

    first: Sequence[Sequence[Case]] = ()
    rest: Sequence[Sequence[Case]] = ()


def check(shop: Workshop) -> Iterator[Result | Table]:
    """Of the reference, then of each right style that is a plain function."""
    order = _order(shop)
    if not order.first:
        return
    counts: dict[str, Counter[str]] = {}
    with process_of(shop.trusted, "mutants", LIMITS) as process:
        for original, made in _all(shop, process):
            for mutant in made:
                outcome = _outcome(shop, process, original, mutant, order)
                counts.setdefault(mutant.kind, Counter())[outcome.what] += 1
                yield from _told(original, mutant, outcome)
    total = Counter[str]()
    for counter in counts.values():
        total.update(counter)
    whats = (NUMBERS, FLOW, FAILS, SAME, SURVIVES)
    told = ", ".join(f"{total[what]} {what}" for what in whats)
    yield ok("mutants", f"{sum(total.values())} in all: {told}")
    rows = tuple((kind, *(str(counter[what]) for what in whats)) for kind, counter in sorted(counts.items()))
    yield Table(name="mutants", title="Mutants: what tells them", head=("change", *whats), rows=rows)


def _order(shop: Workshop) -> Order:
    """By what the cases reject of mistakes."""
    rejected = Counter(case for row in matrix_of(shop).values() for case, one in row.items() if one.rejected)
    seconds = shop.seconds()
    cases = sorted(shop.usable, key=lambda case: -rejected[case.name] / seconds.get(case.name, 1.0))
    groups = by_shape(cases)
    best = groups[0] if groups else ()
    rest = [group for group in (best[FIRST:], *groups[1:]) if group]
    return Order(first=[(case,) for case in best[:FIRST]], rest=rest)


def _all(shop: Workshop, process: TrustedProcess) -> Iterator[tuple[Original, Sequence[Mutant]]]:
    reference = shop.program(REFERENCE)
    original = _original(shop, process, reference, None)
    if original is not None:
        yield original, mutants(shop.problem, reference.source, shop.extent.mutants)
    if not shop.has(CORRECT):
        return
    modules = {path.name: path.read_text(encoding="utf-8") for path in shop.problem.reference.glob("*.py")}
    for file, table in tables(modules, CORRECT, TABLE):
        module = shop.trusted.program(shop.problem, file, table)
        for name, function in styles(module.source).items():
            original = _original(shop, process, module, name)
            if original is not None:
                most = min(A_STYLE, shop.extent.mutants)
                yield original, mutants(shop.problem, module.source, most, [function])


def _original(
    shop: Workshop, process: TrustedProcess, program: Program, entry: str | None
) -> Original | None:
    if process.load(program) is not None or (entry is not None and entry not in process.names):
        return None
    (call,) = shop.calls(shop.usable[:1])
    _, flow = findings_of(shop, process, call, entry, program.source)
    return Original(program=program, entry=entry, flow=flow)


def _outcome(
    shop: Workshop,
    process: TrustedProcess,
    original: Original,
    mutant: Mutant,
    order: Order,
) -> Outcome:
    why = process.load(replace(original.program, source=mutant.source))
    if why is not None:
        return Outcome(what=FAILS, by=why)
    for group in order.first:
        killed = _called(shop, process, original, group)
        if killed is not None:
            return killed
    # Nearly all that pass those are the same program, which needn't be called in more cases: but for one that
    # decides in Python, and shows in one case what it does in that.
    (call,) = shop.calls(shop.usable[:1])
    found, flow = findings_of(shop, process, call, original.entry, mutant.source)
    right, changed = original.flow.passes, flow.passes
    same = right is not None and changed is not None and equal(right.program, changed.program)
    whole = changed is not None and changed.program.mode == "variables"
    for group in () if same and whole else order.rest:
        killed = _called(shop, process, original, group)
        if killed is not None:
            return killed
    return Outcome(what=SAME) if same else _read(found, flow)


def _called(
    shop: Workshop, process: TrustedProcess, original: Original, group: Sequence[Case]
) -> Outcome | None:
    """What becomes of a mutant in cases of equal shapes; None where its numbers pass."""
    entries = [] if original.entry is None else [original.entry]
    (swept,) = process.sweep(shop.calls(group), entries=entries)
    if swept.fault is not None:
        return Outcome(what=FAILS, by=swept.fault)
    for case, value in zip(group, swept.values, strict=True):
        if shop.measure(case, value).rejected:
            return Outcome(what=NUMBERS, by=case.name)
    return None


def _read(found: Sequence[Finding], flow: Flow) -> Outcome:
    """What the flow says of a mutant whose numbers pass."""
    errors = [one.pitfall for one in found if one.severity is Severity.ERROR]
    if errors:
        return Outcome(what=FLOW, by=", ".join(dict.fromkeys(errors)))
    warned = ", ".join(dict.fromkeys(one.pitfall for one in found))
    unread = flow.reason or ""
    return Outcome(what=SURVIVES, by=f"the flow warns of {warned}" if warned else unread)


def _told(original: Original, mutant: Mutant, outcome: Outcome) -> Iterator[Result]:
    if outcome.what != SURVIVES:
        return
    name = f"{original.name}, {mutant.name}"
    also = f" ({outcome.by})" if outcome.by else ""
    if mutant.kind == ROLES:
        told = f"one argument in the place of another is seen by no case{also}: make one in which they differ"
        yield fault(name, told, *mutant.diff)
    else:
        yield note(name, f"is seen by no case, nor by the flow{also}", *mutant.diff)
