"""Who waits for a worker hears of it, whatever becomes of the one that was on its way."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from judge.errors import SandboxFault
from judge.problem.model import Limits
from judge.sandbox import Process
from judge.sandbox.pool import Pool, Setup
from judge.sandbox.questions import WarmUp

SETUP = Setup(limits=Limits())


class Broken:
    """A launcher that gives no worker, but the error that it was given; the first one only when it is let."""

    tier = "none"
    isolation: Mapping[str, Any] = {"tier": "none"}

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.asked = threading.Event()
        self.let = threading.Event()

    def begin(self) -> None:
        """Nothing."""

    def start(self) -> dict[str, str]:
        return {}

    def warm(self, warm_up: WarmUp) -> None:
        """Nothing."""

    def launch(self, *, trusted: bool = False, readable: Sequence[Path] = ()) -> Process:  # noqa: ARG002 - the form
        self.asked.set()
        self.let.wait(20)
        raise self.error

    def close(self) -> None:
        """Nothing."""


def taking(pool: Pool, heard: list[Exception]) -> threading.Thread:
    """Somebody who takes a worker, in a thread of its own."""

    def take() -> None:
        try:
            pool.take(SETUP)
        except Exception as error:  # noqa: BLE001 - what is heard is what is tested
            heard.append(error)

    started = threading.Thread(target=take, daemon=True)
    started.start()
    return started


@pytest.mark.parametrize("error", [SandboxFault("broken"), OSError("broken")])
def test_who_waits_for_one_that_could_not_be_made_makes_it_and_hears_why(error: Exception) -> None:
    launcher = Broken(error)
    pool = Pool(launcher, spare=1)
    pool.expect(SETUP, 1)
    heard: list[Exception] = []
    waiting = taking(pool, heard)
    launcher.let.set()
    waiting.join(20)
    assert heard == [error]
    pool.close()


def test_who_waits_for_one_that_is_called_off_is_let_go() -> None:
    launcher = Broken(SandboxFault("the run is being ended"))
    pool = Pool(launcher, spare=1)
    with pool._changed:
        pool._making[SETUP] = 1  # as if it stood in the queue, and were taken off that
    heard: list[Exception] = []
    waiting = taking(pool, heard)
    launcher.let.set()
    pool.close()
    waiting.join(20)
    assert [str(error) for error in heard] == ["the run is being ended"]
