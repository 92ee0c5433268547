"""Time and memory of right styles, each in a process of its own, as a submission would run."""

from collections.abc import Iterator, Sequence
from math import prod

from judge.expected.trusted_process import process_of
from judge.problem.model import Case
from judge.sandbox.talking.requests import CaseInput
from judge.verify.costs import ADVISED, Cost, against, table
from judge.verify.record import Result, Table, fault
from judge.verify.workshop import CORRECT, Workshop


def check(shop: Workshop) -> Iterator[Result | Table]:
    """The hardest cases, the slowest one as the first of a process, which has to compile."""
    if not shop.has(CORRECT):
        return
    calls = shop.calls(_hardest(shop))
    costs = []
    for name in shop.trusted.table(shop.program(CORRECT)):
        cost = _measured(shop, name, calls)
        if isinstance(cost, Cost) and cost.cpu_s * ADVISED > shop.problem.limits.cpu_s:
            cost = _measured(shop, name, calls)  # what it compiled is there now, as it is for submissions
        if isinstance(cost, str):
            yield fault(name, f"fails in a process of its own: {cost}")
        else:
            costs.append(cost)
    yield from against(shop.problem.limits, costs)
    yield table("style_costs", "What right styles take, each in a new process", costs)


def _hardest(shop: Workshop) -> list[Case]:
    """The slowest, and the one with the largest arrays where that has other shapes."""
    seconds = shop.seconds()
    slowest = max(shop.usable, key=lambda case: seconds.get(case.name, 0.0))
    largest = max(shop.usable, key=lambda case: sum(map(prod, case.shapes.values())))
    return [slowest, largest] if largest.shapes != slowest.shapes else [slowest]


def _measured(shop: Workshop, name: str, calls: Sequence[CaseInput]) -> Cost | str:
    """What one style takes, or why it gives nothing."""
    wall = cpu = memory = 0.0
    with process_of(shop.trusted, "costs") as process:
        why = process.load(shop.program(CORRECT))
        if why is not None:
            return why
        for call in calls:
            (swept,) = process.sweep([call], entries=[name])
            if swept.fault is not None:
                return swept.fault
            wall = max(wall, process.seconds)
            if process.usage is not None:
                cpu = max(cpu, process.usage.cpu_seconds or 0.0)
                memory = max(memory, process.usage.peak_mib or 0.0)
    return Cost(name=name, wall_s=wall, cpu_s=cpu, memory_mib=memory)
