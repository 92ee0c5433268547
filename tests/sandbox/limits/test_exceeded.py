import pytest

from judge.evidence import StopReason
from judge.problem.model import Limits
from judge.sandbox.limits.exceeded import broken_limit
from judge.sandbox.limits.tree_usage import Usage

PRINTED = "it was stopped at 1 KiB, which is all that may be printed"


@pytest.mark.parametrize(
    ("usage", "seconds", "printed", "reason", "detail"),
    [
        (Usage(cpu_seconds=1.0, peak_mib=100.0), 2.0, 1024, None, ""),
        (Usage(), 2.01, 0, StopReason.WALL, "2.0 s, 2 allowed"),
        (Usage(cpu_seconds=1.2), 0.0, 0, StopReason.CPU, "1.2 s of CPU time, 1 allowed"),
        (Usage(peak_mib=100.5), 0.0, 0, StopReason.MEMORY, "100.5 MiB of memory, 100 allowed"),
        (Usage(), 0.0, 1025, StopReason.OUTPUT, PRINTED),
        (Usage(closed=1), 0.0, 0, StopReason.FILES, "1.0 folders that can't be looked into, 0 allowed"),
        (
            Usage(cpu_seconds=9, peak_mib=900),
            9.0,
            9000,
            StopReason.OUTPUT,
            PRINTED,
        ),
    ],
)
def test_a_limit_is_broken_by_what_lies_above_it(
    usage: Usage, seconds: float, printed: int, reason: StopReason | None, detail: str
) -> None:
    limits = Limits(wall_s=2.0, cpu_s=1.0, memory_mib=100, output_kib=1)
    stop = broken_limit(limits, seconds, usage, printed, done=True)
    assert (stop and stop.reason, stop.detail if stop else "") == (reason, detail)


def test_without_an_answer_the_wall_limit_itself_is_the_end() -> None:
    limits = Limits(wall_s=5.0)
    assert broken_limit(limits, limits.wall_s, Usage(), 0, done=False) is not None
    assert broken_limit(limits, limits.wall_s, Usage(), 0, done=True) is None
