"""Right programs: how near they come to rejection, on the shipped cases and on other data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from judge.evidence import Value
from judge.expected.trusted_process import Swept, TrustedProcess, process_of
from judge.finding import Severity
from judge.problem.model import Case
from judge.sandbox.talking.requests import CaseInput
from judge.verify.many_data import Instance, calls, other_data
from judge.verify.measured import NEAR, Measured, measured, short
from judge.verify.mistakes_read import findings_of
from judge.verify.record import Result, Table, fault, note, ok
from judge.verify.workshop import CORRECT, Workshop, by_shape

CHUNK = 100  # calls of one question
EAGERLY = 5 * CHUNK  # of what the reference gives compiled, the first of so many calls is held against that
LESS = 4  # times less often are those run eagerly that give the same compiled
ROOMY = 0.1  # of a tolerance: where right programs stay so near, it is wider than they need


@dataclass(slots=True)
class Style:
    """What was met of one right style.

    Attributes:
        error: the largest on shipped cases, in tolerances. drawn: the same on drawn ones, at other entropies.
        off, runs: how often other data gave other numbers than the reference, of how many.
        bad_seeds: the data seeds that bring it too near to rejection, and how near.
        apart: the cases in which compiled and eager gave other numbers.
    """

    error: float = 0.0
    where: str = "never off"
    unlike: str = ""  # where it isn't representable, or of another structure
    drawn: float = 0.0
    drawn_where: str = "never off"
    off: int = 0
    runs: int = 0
    apart: list[str] = field(default_factory=list)
    bad_seeds: dict[int, float] = field(default_factory=dict)
    compiled: bool = False

    def note_shipped(self, one: Measured, where: str) -> None:
        """One output on a shipped case."""
        if one.error > self.error:
            self.error, self.where = one.error, where
        if one.mark and not self.unlike:
            self.unlike = where

    def note_other(self, one: Measured, instance: Instance) -> None:
        """One output on other data."""
        self.runs += 1
        self.off += one.error > 0
        if instance.fixed:
            if one.error > NEAR or one.mark:
                worst = max(one.error, self.bad_seeds.get(instance.number, 0.0))
                self.bad_seeds[instance.number] = worst
            return
        if one.error > self.drawn:
            self.drawn, self.drawn_where = one.error, instance.where
        if one.mark and not self.unlike:
            self.unlike = instance.where


def check(shop: Workshop) -> Iterator[Result | Table]:
    """Every right style on every case, eager and compiled; then on other data."""
    if not shop.has(CORRECT):
        return  # said where files are looked at
    with process_of(shop.trusted, "styles") as process:
        why = process.load(shop.program("reference.py"))
        instances = list(other_data(shop.problem, shop.extent.seeds, shop.extent.entropies))
        batches = _batches(shop, instances)
        if why is None:
            yield from _expect(shop, process, batches)
            why = process.load(shop.program(CORRECT))
        if why is not None:
            yield fault(CORRECT, f"can't be used: {why}")
            return
        found = {name: Style() for name in process.names}
        failed = list(_shipped(shop, process, found))
        yield from failed
        yield from _flows(shop, process)
        for batch in batches:
            _measure(shop, process, batch, found)
            shop.say(f"{shop.problem.id}: right styles on {batch.told}")
    yield from _results(found, {result.name for result in failed}, shop)
    yield _table(found)


@dataclass(slots=True, kw_only=True)
class Batch:
    """Calls of one shape on other data, and what the reference gives in them."""

    instances: Sequence[Instance]
    calls: Sequence[CaseInput]
    expected: list[Value] = field(default_factory=list)

    @property
    def told(self) -> str:
        """As a person would name it."""
        return f"{len(self.instances)} calls with other data"

    def chunks(self) -> Iterator[tuple[int, Sequence[CaseInput]]]:
        """Where each part begins, and its calls."""
        for start in range(0, len(self.calls), CHUNK):
            yield start, self.calls[start : start + CHUNK]


def _batches(shop: Workshop, instances: Sequence[Instance]) -> list[Batch]:
    made = dict(zip(map(id, instances), calls(shop.problem, shop.expected, instances), strict=True))
    groups: dict[str, list[Instance]] = {}
    for one in instances:
        groups.setdefault(repr(sorted(one.case.shapes.items())), []).append(one)
    return [Batch(instances=group, calls=[made[id(one)] for one in group]) for group in groups.values()]


def _expect(shop: Workshop, process: TrustedProcess, batches: Sequence[Batch]) -> Iterator[Result]:
    """What the reference gives: compiled where that is the same, which a part of it is held against."""
    for batch in batches:
        apart = False
        for start, part in batch.chunks():
            (swept,) = process.sweep(part, mode="jitted", seed=shop.seed)
            if swept.values and not apart and start % EAGERLY == 0:
                (eager,) = process.sweep(part[:1])
                apart = swept.values[:1] != eager.values  # compiled it isn't the same: then as it is
            if apart or not swept.values:
                (swept,) = process.sweep(part)
            if swept.fault is not None:
                yield fault("reference.py", f"fails on other data: {swept.fault}")
                batch.expected.clear()
                break
            batch.expected += swept.values


def _shipped(shop: Workshop, process: TrustedProcess, found: dict[str, Style]) -> Iterator[Result]:
    """Measure each style on the cases as they are."""
    groups = [(group, shop.calls(group)) for group in by_shape(shop.usable)]
    # First what nobody else compiles; in the meantime, others have compiled most of what runs eagerly.
    jitted = [
        process.sweep(given, entries=process.names, mode="jitted", seed=shop.seed) for _, given in groups
    ]
    for (group, given), compiled in zip(groups, jitted, strict=True):
        eager = [process.sweep(given, entries=[name])[0] for name in process.names]
        for name, one, other in zip(process.names, eager, compiled, strict=True):
            style = found[name]
            if one.fault is not None:
                yield fault(name, f"is to be right, but fails on {group[one.failed].name}: {one.fault}")
            for case, value in zip(group, one.values, strict=False):
                style.note_shipped(shop.measure(case, value), case.name)
            for case, value in zip(group, other.values, strict=False):
                style.note_shipped(shop.measure(case, value), f"{case.name}, compiled")
            _compare(style, group, one, other)


def _compare(style: Style, group: Sequence[Case], eager: Swept, compiled: Swept) -> None:
    style.compiled = style.compiled or bool(compiled.values)
    for case, one, other in zip(group, eager.values, compiled.values, strict=False):
        if one != other:
            style.apart.append(case.name)


def _flows(shop: Workshop, process: TrustedProcess) -> Iterator[Result]:
    """No detector may say anything of a right style."""
    for call in shop.calls(shop.usable[:1]):
        for name in process.names:
            found, flow = findings_of(shop, process, call, name)
            errors = {one.pitfall: one.message for one in found if one.severity is Severity.ERROR}
            for pitfall, message in errors.items():
                yield fault(name, f"is to be right, but the flow says {pitfall}: {message}")
            if not flow.available and shop.problem.compute_dtype is not None:
                yield note(name, f"its flow can't be read: {flow.reason}")


def _measure(shop: Workshop, process: TrustedProcess, batch: Batch, found: dict[str, Style]) -> None:
    """Each style on one batch: compiled where it can be, and now and then eagerly as well."""
    if not batch.expected:
        return
    several = any(found[name].compiled for name in process.names)
    for start, part in batch.chunks() if several else ():
        # All of them once more, that those which are compiled for the shipped cases needn't be again.
        many = process.sweep(part, entries=process.names, mode="jitted", seed=shop.seed)
        for name, swept in zip(process.names, many, strict=True):
            for place, value in enumerate(swept.values, start):
                _note(shop, found[name], batch, place, value)
    every = shop.extent.eagerly_every * max(len(shop.usable), 1)
    alike = [name for name in process.names if found[name].compiled and not found[name].apart]
    others = [name for name in process.names if name not in alike]
    for names, step in ((others, every), (alike, LESS * every)):
        rare = range(0, len(batch.calls), step)
        asked = [batch.calls[place] for place in rare]
        few = process.sweep(asked, entries=names) if names else ()
        for name, swept in zip(names, few, strict=True):
            for place, value in zip(rare, swept.values, strict=False):
                _note(shop, found[name], batch, place, value)


def _note(shop: Workshop, style: Style, batch: Batch, place: int, value: Value) -> None:
    expected = batch.expected[place]
    same = value == expected  # nearly always; comparing takes longer than computing
    one = Measured(error=0.0) if same else measured(shop.problem, expected, value)
    style.note_other(one, batch.instances[place])


def _results(found: dict[str, Style], failed: set[str], shop: Workshop) -> Iterator[Result]:
    for name, style in found.items():
        if name in failed:
            continue
        worst, where = max((style.error, style.where), (style.drawn, style.drawn_where))
        if style.unlike:
            told = f"gives what isn't representable, or of another shape or dtype, in {style.unlike}"
            yield fault(name, f"{told}: a right program must never be rejected")
        elif worst > NEAR:
            told = f"is right, and off by {short(worst)} of a tolerance in {where}; {NEAR:g} is allowed"
            yield fault(
                name, f"{told}: make the tolerance wider, or data or a rate with which this matters less"
            )
        else:
            yield ok(name, f"is off by {short(worst)} of a tolerance at most")
    yield from _compiled(found)
    yield from _seeds(found, shop)
    yield from _room(found)


def _compiled(found: dict[str, Style]) -> Iterator[Result]:
    """How many styles XLA rounds otherwise, which is as it is."""
    apart = [name for name, style in found.items() if style.apart]
    several = sum(style.compiled for style in found.values())
    if apart:
        names = ", ".join(apart[:4]) + ", ..." * (len(apart) > 4)  # noqa: PLR2004 - as many as a line holds
        told = f"{len(apart)} of {several} styles give other numbers compiled than eagerly ({names})"
        yield note("compiled", f"{told}: their errors are counted both ways, and nothing is to be done")


def _room(found: dict[str, Style]) -> Iterator[Result]:
    """Whether right programs need the tolerance that there is."""
    widest = max((max(style.error, style.drawn) for style in found.values()), default=0.0)
    if 0 < widest < ROOMY:
        told = f"right styles are never off by more than {short(widest)} of it"
        yield note("tolerance", f"{told}: a narrower one would tell more mistakes, and cost no right program")


def _seeds(found: dict[str, Style], shop: Workshop) -> Iterator[Result]:
    """The data seeds that would bring a right style too near to rejection."""
    bad: dict[int, list[str]] = {}
    for name, style in found.items():
        for seed, error in style.bad_seeds.items():
            bad.setdefault(seed, []).append(f"{name} {short(error)}")
    if not shop.extent.seeds:
        return
    if bad:
        lines = [f"{seed}: {', '.join(styles)}" for seed, styles in sorted(bad.items())]
        told = f"{len(bad)} of {shop.extent.seeds} would bring a right style beyond {NEAR:g} of a tolerance"
        yield note("data seeds", f"{told}: don't take these for fixed data", *lines[:20])
    else:
        yield ok("data seeds", f"none of {shop.extent.seeds} would bring a right style too near to rejection")


def _table(found: dict[str, Style]) -> Table:
    head = ("style", "shipped", "in", "drawn", "in", "off in", "of", "compiled")
    rows = tuple(
        (
            name,
            short(one.error),
            one.where,
            short(one.drawn),
            one.drawn_where,
            str(one.off),
            str(one.runs),
            "yes" if one.compiled else "no",
        )
        for name, one in sorted(found.items(), key=lambda item: -max(item[1].error, item[1].drawn))
    )
    return Table(name="styles", title="Right styles: largest error in tolerances", head=head, rows=rows)
