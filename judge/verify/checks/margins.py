"""Mistakes x cases: what tells each mistake, and which case is needed for it."""

from collections.abc import Iterator, Mapping, Sequence

from judge.expected.mistakes import MISTAKES
from judge.expected.trusted_process import process_of
from judge.expected.truth import Outputs
from judge.verify.measured import WANTED, Measured, family, short
from judge.verify.mistakes_read import flow_alone, read_by_flow, shown_by_samples
from judge.verify.record import Result, Table, fault, note, ok
from judge.verify.workshop import Workshop

Row = Mapping[str, Measured]  # case -> what was measured
Matrix = Mapping[str, Row]  # mistake -> its row
LISTED = 6
HINT = "hint"  # mistakes below this belong to no pitfall


def check(shop: Workshop) -> Iterator[Result | Table]:
    """Every mistake on every case, then its program."""
    outputs, why = shop.mistakes()
    if why is not None:
        yield fault("mistakes.py", f"can't be used: {why}")
        return
    if not outputs:
        return  # said where files are looked at
    read, alone = read_by_flow(shop), flow_alone(shop.problem)
    yield from _failing(shop, outputs, {*read, *(name for row in outputs.values() for name in row)})
    matrix = matrix_of(shop)
    if not matrix:
        return
    yield from _catalogue(shop, matrix)
    hidden = {case.name for case in shop.cases if case.visibility == "hidden"}
    for name, row in matrix.items():
        yield _mistake(shop, name, row, read.get(name, ()), alone=name in alone, hidden=hidden)
    yield from (fault(name, "is in FLOW_ALONE, but not in MISTAKES") for name in sorted(alone - set(matrix)))
    yield from _unnamed(shop, matrix, read)
    yield from _cases(matrix, hidden)
    yield _table(matrix, read)


def matrix_of(shop: Workshop) -> Matrix:
    """What every mistake gives, of those that give something in every case."""
    outputs, _ = shop.mistakes()
    names = sorted(set.intersection(*(set(row) for row in outputs.values()))) if outputs else []
    cases = {case.name: case for case in shop.usable if case.name in outputs}
    return {
        name: {key: shop.measure(case, outputs[key][name]) for key, case in cases.items()} for name in names
    }


def _failing(shop: Workshop, outputs: Mapping[str, Outputs], names: set[str]) -> Iterator[Result]:
    """Mistakes that give nothing to compare: an exception is no mistake of a learner's step."""
    lacking = {name: [case for case, row in outputs.items() if name not in row] for name in sorted(names)}
    failing = {name: cases for name, cases in lacking.items() if cases}
    if not failing:
        return
    usable = {case.name: case for case in shop.usable}
    with process_of(shop.trusted, "margins") as process:
        for name, cases in failing.items():
            why = process.load(shop.program(MISTAKES))
            if why is None:
                (swept,) = process.sweep(shop.calls([usable[cases[0]]]), entries=[name])
                why = swept.fault
            where = cases[0] if len(cases) == 1 else f"{len(cases)} of {len(outputs)} cases"
            yield fault(name, f"gives nothing in {where}" + (f": {why}" if why else ""))


def _catalogue(shop: Workshop, matrix: Matrix) -> Iterator[Result]:
    """Pitfalls without a mistake, and mistakes without a pitfall."""
    families = {name.partition("/")[0] for name in matrix} - {HINT}
    for pitfall in shop.problem.pitfalls:
        if pitfall not in families:
            where = f"reference/{shop.problem.id}/mistakes.py"
            yield fault(pitfall, f"is among the pitfalls, but no mistake in {where} makes it: write one")
    for name in sorted(families - set(shop.problem.pitfalls)):
        yield fault(name, f"is no pitfall of problem.yaml: name it there, or call the mistake {HINT}/{name}")


def _unnamed(shop: Workshop, matrix: Matrix, read: Mapping[str, Sequence[str]]) -> Iterator[Result]:
    """Pitfalls of the list that nothing is seen to name: learners would read of them and never meet one.

    What is returned in a wrong form is named by that form.
    """
    shown = shop.named_by_samples()
    if shown is None:
        return
    of_form = {name.partition("/")[0] for name, row in matrix.items() if any(map(_of_form, row.values()))}
    named = shown.union(of_form, *read.values())
    for pitfall in shop.problem.pitfalls:
        if pitfall not in named:
            told = "is named by the flow of none of its mistakes, and by the findings of no sample"
            yield note(pitfall, f"{told}: show it by a sample, or take it off the list")


def _of_form(one: Measured) -> bool:
    return one.mark not in {"", "*"}


def _mistake(
    shop: Workshop, name: str, row: Row, read: Sequence[str], *, alone: bool, hidden: set[str]
) -> Result:
    """What tells one mistake; a sentence that says what is missing where nothing does."""
    own = name.partition("/")[0]
    margin, best = max((one.error, case) for case, one in row.items())
    marked = [case for case, one in row.items() if one.mark]
    rejecting = {case for case, one in row.items() if one.rejected}
    by_flow = own in read
    if not rejecting:
        return _told_by_flow(shop, name, by_flow=by_flow, read=read, alone=alone)
    also = ", and by the flow" if by_flow else f", and the flow says {', '.join(read)}" if read else ""
    if not marked and margin < WANTED:
        told = f"is rejected by {short(margin)} tolerances only, in {best}, and {WANTED:g} are wanted"
        return fault(name, f"{told}: make the tolerance narrower, or a case that tells it better")
    if rejecting <= hidden:
        told = f"only hidden cases reject it ({', '.join(sorted(rejecting))})"
        return fault(name, f"{told}: make a public one as well, that a learner can run")
    if margin >= WANTED:
        return ok(name, f"is told by numbers: {short(margin)} tolerances in {best}{also}")
    mark = row[marked[0]].mark.replace("*", "not representable")
    return ok(name, f"is told by what is returned: {mark} in {marked[0]}{also}")


def _told_by_flow(shop: Workshop, name: str, *, by_flow: bool, read: Sequence[str], alone: bool) -> Result:
    own = name.partition("/")[0]
    sample = None if by_flow else shown_by_samples(shop, own)
    if not by_flow and sample is None:
        other = f"; the flow says {', '.join(read)}" if read else ""
        detector = "no detector can know it" if own == HINT else f"no detector names {own}{other}"
        said = f"no case rejects it, and {detector}"
        return fault(name, f"is told by nothing: {said}. Make a case that tells it, or take it out")
    where = "its flow" if by_flow else f"the flow of {sample}"
    if not alone:
        told = f"is told by {where} alone: no case rejects it. Make one that does, or, where no numbers can"
        return fault(name, f"{told}, name it in FLOW_ALONE of mistakes.py")
    return ok(name, f"is told by {where}, as no numbers can")


def _cases(matrix: Matrix, hidden: set[str]) -> Iterator[Result]:
    """Cases that reject nothing, or nothing that others don't which are as visible."""
    killed: dict[str, set[str]] = {}
    for name, row in matrix.items():
        for case, one in row.items():
            killed.setdefault(family(case), set()).update({name} if one.rejected else ())
    unseen = {family(case) for case in hidden}
    for case, mistakes in killed.items():
        alike = [other for other in killed if other != case and (other in unseen) == (case in unseen)]
        only = sorted(mistakes.difference(*(killed[other] for other in alike)))
        kind = "hidden" if case in unseen else "public"
        if not mistakes:
            yield fault(case, "rejects no mistake at all: what is it for?")
        elif not only:
            yield note(case, f"rejects {len(mistakes)} mistakes, and none that other {kind} cases don't")
        else:
            told = f"rejects {len(mistakes)} mistakes, {len(only)} of them as the only {kind} case"
            yield ok(case, f"{told}: {', '.join(only[:LISTED])}" + ", ..." * (len(only) > LISTED))


def _table(matrix: Matrix, read: Mapping[str, Sequence[str]]) -> Table:
    families = list(dict.fromkeys(family(case) for case in next(iter(matrix.values()))))

    def worst(row: Row, key: str) -> str:
        return str(max((one for case, one in row.items() if family(case) == key), key=lambda one: one.error))

    rows = tuple(
        (name, *(worst(row, key) for key in families), ", ".join(read.get(name, ())) or "-")
        for name, row in matrix.items()
    )
    title = (
        "Mistakes: errors in tolerances (above 1 is rejected, * isn't representable), and what the flow says"
    )
    return Table(name="margins", title=title, head=("mistake", *families, "flow"), rows=rows)
