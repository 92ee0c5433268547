"""What right programs take, against what the problem's limits allow."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from judge.problem.model import Limits
from judge.verify.record import Result, Table, fault, note, ok

ADVISED = 10  # times what a right program takes: a grading machine may be busy
LEAST = 2  # times: with less, a right program is a matter of luck


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one program takes: of its slowest case, and the memory of its process."""

    name: str
    wall_s: float
    cpu_s: float
    memory_mib: float


def against(limits: Limits, costs: Iterable[Cost]) -> Iterator[Result]:
    """Whether each has room. CPU time is what is judged by: the wall clock tells how busy this machine is."""
    for one in costs:
        slow, large = limits.cpu_s / max(one.cpu_s, 1e-9), limits.memory_mib / max(one.memory_mib, 1e-9)
        time = f"takes {one.cpu_s:.2f} s of CPU in its slowest case, and {limits.cpu_s:g} s are allowed"
        memory = f"takes {one.memory_mib:.0f} MiB, and {limits.memory_mib} MiB are allowed"
        if slow < LEAST:
            yield fault(one.name, f"{time}: raise cpu_s and wall_s to {ADVISED} times that")
        if large < LEAST:
            yield fault(one.name, f"{memory}: raise memory_mib to twice that at least")
        if LEAST <= slow < ADVISED:
            yield note(one.name, f"{time}: {ADVISED} times that is what busy machines need")
        if slow >= ADVISED and large >= LEAST:
            yield ok(one.name, f"takes {one.cpu_s:.2f} s of CPU and {one.memory_mib:.0f} MiB at most")


def table(name: str, title: str, costs: Iterable[Cost]) -> Table:
    """The slowest first."""
    rows = tuple(
        (one.name, f"{one.wall_s:.2f}", f"{one.cpu_s:.2f}", f"{one.memory_mib:.0f}")
        for one in sorted(costs, key=lambda cost: -cost.cpu_s)
    )
    head = ("program", "slowest case (s)", "its CPU (s)", "memory (MiB)")
    return Table(name=name, title=title, head=head, rows=rows)
