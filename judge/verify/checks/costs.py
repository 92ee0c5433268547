"""Time and memory of right styles, each as in a process that has compiled nothing yet."""

from collections.abc import Iterator, Sequence
from math import prod

from judge.expected.trusted_process import TrustedProcess, process_of
from judge.problem.model import Case, Limits
from judge.sandbox.talking.requests import CaseInput
from judge.verify.costs import ADVISED, LEAST, Cost, against, table
from judge.verify.record import Result, Table, fault
from judge.verify.workshop import CORRECT, Workshop


def check(shop: Workshop) -> Iterator[Result | Table]:
    """The hardest cases, the slowest one first, which has to compile."""
    if not shop.has(CORRECT):
        return
    calls = shop.calls(_hardest(shop))
    names = shop.trusted.table(shop.program(CORRECT))
    costs = []
    for name, found in zip(names, _measured(shop, names, calls), strict=True):
        cost = found
        if isinstance(found, str) or not _roomy(shop.problem.limits, found):
            (cost,) = _measured(shop, [name], calls)  # by itself, and what it compiled is on disk now
        if isinstance(cost, str):
            yield fault(name, f"fails in a process of its own: {cost}")
        else:
            costs.append(cost)
    yield from against(shop.problem.limits, costs)
    yield table("style_costs", "What right styles take, each with nothing compiled in its process", costs)


def _hardest(shop: Workshop) -> list[Case]:
    """The slowest, and the one with the largest arrays where that has other shapes."""
    seconds = shop.seconds()
    slowest = max(shop.usable, key=lambda case: seconds.get(case.name, 0.0))
    largest = max(shop.usable, key=lambda case: sum(map(prod, case.shapes.values())))
    return [slowest, largest] if largest.shapes != slowest.shapes else [slowest]


def _roomy(limits: Limits, cost: Cost) -> bool:
    """Whether there is room enough, even where what the process holds of styles before counts as its own."""
    return cost.cpu_s * ADVISED <= limits.cpu_s and cost.memory_mib * LEAST <= limits.memory_mib


def _measured(shop: Workshop, names: Sequence[str], calls: Sequence[CaseInput]) -> Iterator[Cost | str]:
    """What each of these styles takes, or why it gives nothing; one after the other, in one process."""
    with process_of(shop.trusted, "costs") as process:
        for name in names:
            # Loaded for each: one that fails may have ended the process.
            why = process.load(shop.program(CORRECT))
            yield why if why is not None else _one(process, name, calls)


def _one(process: TrustedProcess, name: str, calls: Sequence[CaseInput]) -> Cost | str:
    wall = cpu = memory = 0.0
    for place, call in enumerate(calls):
        (swept,) = process.sweep([call], entries=[name], mode="eager" if place else "anew")
        if swept.fault is not None:
            return swept.fault
        wall = max(wall, process.seconds)
        if process.usage is not None:
            cpu = max(cpu, process.usage.cpu_seconds or 0.0)
            memory = max(memory, process.usage.peak_mib or 0.0)
    return Cost(name=name, wall_s=wall, cpu_s=cpu, memory_mib=memory)
