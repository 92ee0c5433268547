"""Every check of a problem, side by side where there are cores for it."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from judge.errors import JudgeError
from judge.sandbox.starting.numeric_settings import cores
from judge.verify.checks import conditioning, costs, files, hidden, margins, mutants, samples, styles, trivial
from judge.verify.record import CheckRecord, ProblemRecord, Result, Status, Table, fault, ok
from judge.verify.workshop import Workshop

Found = Iterator[Result | Table]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: what it is called on the command line, what it asks, and what finds the answer."""

    name: str
    title: str
    run: Callable[[Workshop], Found]


# Those that take longest are begun first.
CHECKS: tuple[Check, ...] = (
    Check(name="files", title="Files, fields and words belong together", run=files.check),
    Check(name="styles", title="Right programs pass, in every style and on other data", run=styles.check),
    Check(name="samples", title="Samples get the verdicts of their folders", run=samples.check),
    Check(name="mutants", title="Small changes of right programs are seen", run=mutants.check),
    Check(name="margins", title="Each mistake is told by numbers or by the flow", run=margins.check),
    Check(name="conditioning", title="What is expected, held against float64", run=conditioning.check),
    Check(name="costs", title="Right styles have room within the limits", run=costs.check),
    Check(name="trivial", title="Answers that take no thought are worth little", run=trivial.check),
    Check(name="hidden", title="Hidden cases can't be had from public ones", run=hidden.check),
)
LANES = 2  # checks at once: each has a process of its own


def verify(shop: Workshop, names: Sequence[str] = ()) -> ProblemRecord:
    """Carry out the checks of these names, or all.

    Raises:
        KeyboardInterrupt: and nothing is running any more once the workers are closed.
    """
    began = time.monotonic()
    wanted = [check for check in CHECKS if not names or check.name in names]
    prepared = _reference(shop)
    found: dict[str, CheckRecord] = {}
    if any(result.status is Status.OK for result in prepared.results):
        with ThreadPoolExecutor(max_workers=min(cores(), LANES), thread_name_prefix="verify") as pool:
            running = {pool.submit(_carried_out, check, shop): check for check in wanted}
            try:
                for future in as_completed(running):
                    record = future.result()
                    found[record.name] = record
                    shop.say(f"{shop.problem.id}: {record.name} is done, {record.seconds:.0f} s")
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                shop.sandbox.close()
                raise
    records = [found[check.name] for check in wanted if check.name in found]
    return ProblemRecord(
        problem=shop.problem.id,
        title=shop.problem.title,
        checks=(prepared, *records),
        left_out=tuple(check.name for check in CHECKS if check.name not in found),
        seconds=time.monotonic() - began,
    )


def _reference(shop: Workshop) -> CheckRecord:
    """Whether the reference gives what the problem promises: nothing else can be measured without."""
    return _carried_out(
        Check(name="reference", title="The reference gives what is promised", run=_gives), shop
    )


def _gives(shop: Workshop) -> Found:
    faults = {name: truth.fault for name, truth in shop.truths.items() if truth.fault is not None}
    for name, why in faults.items():
        yield fault(name, f"has no expected value: {why}")
    for case in shop.usable:
        yield ok(case.name, "has an expected value")


def _carried_out(check: Check, shop: Workshop) -> CheckRecord:
    began = time.monotonic()
    results: list[Result] = []
    tables: list[Table] = []
    try:
        for found in check.run(shop):
            (tables if isinstance(found, Table) else results).append(found)  # type: ignore[arg-type] # sorted by type
    except JudgeError as error:
        results.append(fault(check.name, f"this could not be found out: {error}"))
    return CheckRecord(
        name=check.name,
        title=check.title,
        results=tuple(results),
        tables=tuple(tables),
        seconds=time.monotonic() - began,
    )
