from dataclasses import replace

import pytest

from judge.problem.model import Limits
from judge.verify.costs import Cost, against, table

LIMITS = Limits(cpu_s=20, memory_mib=1000)
QUICK = Cost(name="one", wall_s=9.0, cpu_s=0.5, memory_mib=300.0)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "ok: takes 0.50 s of CPU and 300 MiB at most"),
        (
            {"cpu_s": 4.0},
            "note: takes 4.00 s of CPU in its slowest case, and 20 s are allowed: 10 times that is ",
        ),
        (
            {"cpu_s": 11.0},
            "fault: takes 11.00 s of CPU in its slowest case, and 20 s are allowed: raise cpu_s and ",
        ),
        ({"memory_mib": 600.0}, "fault: takes 600 MiB, and 1000 MiB are allowed: raise memory_mib to twice "),
    ],
)
def test_what_a_right_program_takes_is_held_against_the_limits(changes: dict[str, float], told: str):
    (found,) = against(LIMITS, [replace(QUICK, **changes)])
    assert f"{found.status}: {found.message}".startswith(told)


def test_the_slowest_comes_first():
    slow = replace(QUICK, name="two", cpu_s=2.0)
    assert [row[0] for row in table("costs", "Costs", [QUICK, slow]).rows] == ["two", "one"]
