"""Once to end a run, and what is finished is kept; whoever insists ends it at once."""

import signal

import pytest

from judge.commands.terminal.interrupts import PATIENCE, SAME_PRESS, Interrupts


class Times:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def raised(interrupts: Interrupts, number: int = signal.SIGINT) -> bool:
    try:
        interrupts.heard(number, None)
    except KeyboardInterrupt:
        return True
    return False


def test_the_first_ends_the_run_and_what_comes_with_it_is_the_same_press(
    capfd: pytest.CaptureFixture[str],
) -> None:
    clock = Times()
    interrupts = Interrupts(clock)
    assert interrupts.presses == 0
    assert raised(interrupts)
    for _ in range(PATIENCE + 1):
        clock.now += SAME_PRESS / 2
        assert not raised(interrupts, signal.SIGTERM)
    assert interrupts.presses == 1
    assert capfd.readouterr().err == ""


def test_a_later_one_is_told_that_the_end_is_near_and_a_third_is_obeyed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    clock = Times()
    interrupts = Interrupts(clock)
    assert raised(interrupts)
    clock.now += 7.5
    assert not raised(interrupts, signal.SIGTERM)
    assert "writing what there is" in capfd.readouterr().err
    clock.now += 2
    assert raised(interrupts)
