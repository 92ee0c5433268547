"""What the machine may have had a part in, so that a store doesn't give it again."""

import signal

import pytest

from judge.evidence import CaseEvidence, Evidence, LoadFault, Replay, Stop, StopReason, TraceFact

KILLED = Stop(reason=StopReason.SIGNAL, measured=signal.SIGKILL)
CRASHED = Stop(reason=StopReason.SIGNAL, measured=signal.SIGSEGV)


@pytest.mark.parametrize(
    ("stop", "by_machine"),
    [
        (Stop(reason=StopReason.WALL), True),
        (Stop(reason=StopReason.HARNESS), True),
        (Stop(reason=StopReason.PROTOCOL), True),
        (KILLED, True),
        (CRASHED, False),
        (Stop(reason=StopReason.CPU), False),
        (Stop(reason=StopReason.MEMORY), False),
        (Stop(reason=StopReason.EXIT, measured=9), False),
    ],
    ids=lambda value: str(value.reason) if isinstance(value, Stop) else None,
)
def test_a_clock_and_the_kernel_are_the_machines_and_other_limits_the_programs(
    stop: Stop, *, by_machine: bool
):
    assert stop.by_machine is by_machine
    assert (
        Evidence(cases=(CaseEvidence(name="a"), CaseEvidence(name="b", stop=stop))).by_machine is by_machine
    )
    assert Evidence(load_fault=LoadFault(kind="import", message="", stop=stop)).by_machine is by_machine


@pytest.mark.parametrize(
    ("evidence", "by_machine"),
    [
        (Evidence(), False),
        (Evidence(load_fault=LoadFault(kind="syntax", message="")), False),
        (Evidence(load_fault=LoadFault(kind="unreadable", message="")), True),
        (Evidence(trace=TraceFact(reason="stopped", by_machine=True)), True),
        (Evidence(trace=TraceFact(program={}, by_machine=True)), True),
        (Evidence(replays=(Replay(case="a"), Replay(case="b", by_machine=True))), True),
    ],
)
def test_so_are_files_that_cannot_be_read_and_what_was_stopped_while_it_was_read(
    evidence: Evidence, *, by_machine: bool
):
    assert evidence.by_machine is by_machine
