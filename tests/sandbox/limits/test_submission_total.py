"""What a submission may take, all its cases together."""

from judge.evidence import Stop, StopReason
from judge.problem.model import Limits
from judge.sandbox.limits.submission_total import Allowance
from judge.sandbox.limits.tree_usage import Usage
from judge.sandbox.talking.conversation import Answer


def took(seconds: float, reason: StopReason | None = None) -> Answer:
    stop = None if reason is None else Stop(reason=reason, measured=seconds, limit=4.0, detail="as it was")
    return Answer(None, stop, seconds, Usage())


def test_a_submission_may_take_twice_what_a_case_may_where_the_problem_says_nothing():
    assert (Limits(wall_s=4).in_all, Limits(wall_s=4, total_s=5).in_all) == (8, 5)


def test_after_the_second_case_that_broke_a_time_limit_nothing_more_is_run():
    allowance = Allowance(Limits(wall_s=4, total_s=100))
    allowance.spend(took(4.0, StopReason.WALL))
    assert allowance.refusal() is None
    allowance.spend(took(1.0, StopReason.MEMORY))
    assert allowance.refusal() is None
    allowance.spend(took(3.0, StopReason.CPU))
    assert allowance.refusal() == Stop(
        reason=StopReason.CPU,
        limit=4.0,
        detail="not run: 2 cases before it broke the time limit",
        unrun=True,
    )


def test_slow_cases_that_break_no_limit_use_it_up_together():
    allowance = Allowance(Limits(wall_s=4, total_s=10))
    for _ in range(2):
        assert allowance.left().wall_s == 4
        allowance.spend(took(3.9))
    assert 2.19 < allowance.left().wall_s < 2.21
    stop = allowance.spend(took(2.2, StopReason.WALL)).stop
    assert stop is not None
    assert (stop.limit, stop.detail) == (10, "the 10 s that all cases may take together are used up")
    refusal = allowance.refusal()
    assert refusal is not None
    assert refusal.detail == "not run: the 10 s that all cases may take together were used up"


def test_a_second_case_gets_its_whole_time_where_only_loading_took_a_moment_of_it():
    allowance = Allowance(Limits(wall_s=4))
    allowance.spend(took(0.1))
    allowance.spend(took(4.0, StopReason.WALL))
    assert allowance.left().wall_s == 4
    stop = allowance.spend(took(4.0, StopReason.WALL)).stop
    assert stop is not None
    assert stop.detail == "as it was"
