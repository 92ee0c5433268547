"""Workers that wait: who gets which, what is left of them, and that nobody sees what they did before."""

import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from thinned import thinned
from toys import Kept

from judge.errors import SandboxFault
from judge.evidence import CaseEvidence, Evidence
from judge.problem.model import Limits
from judge.sandbox.session import Sandbox
from judge.sandbox.starting import pool
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.starting.pool import Pool, Setup
from judge.sandbox.starting.process import Process
from judge.sandbox.starting.tiers import default_launcher
from judge.sandbox.talking.conversation import Conversation
from judge.sandbox.talking.requests import WarmUp
from sandbox.programs import LIMITS, call, numbers, program, step
from sandbox.warmups import set_up, warm_up

PLAIN = set_up()


class Gated(Kept):
    """A launcher that gives workers in the background only when it is told to.

    Attributes:
        gate: opens the way. failing: what to raise in place of giving one. given: to whom a worker went.
    """

    def __init__(self, launcher: Launcher) -> None:
        super().__init__(launcher)
        self.gate = threading.Semaphore(0)
        self.failing: list[Exception] = []
        self.given: list[str] = []

    def launch(self, *, trusted: bool = False, readable: Sequence[Path] = ()) -> Process:
        who = threading.current_thread().name.partition("_")[0]
        if who == "judge-pool":
            assert self.gate.acquire(timeout=60)
            if self.failing:
                raise self.failing.pop()
        self.given.append(who)
        return super().launch(trusted=trusted, readable=readable)


@pytest.fixture
def gated(zygote: Launcher) -> Iterator[Gated]:
    made = Gated(zygote)
    yield made
    made.gate.release(100)


def until(condition) -> None:
    stop = time.monotonic() + 60
    while not condition() and time.monotonic() < stop:
        time.sleep(0.005)
    assert condition()


def ready_ones(workers: Pool) -> list[Conversation]:
    return [worker for there in workers._ready.values() for worker in there]


class Taker(threading.Thread):
    """Somebody who takes a worker, and keeps it."""

    def __init__(self, workers: Pool, setup: Setup = PLAIN) -> None:
        super().__init__(name="taker")
        self.workers, self.setup = workers, setup
        self.taken: Conversation | None = None
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self.taken = self.workers.take(self.setup)
        except SandboxFault as error:
            self.error = error

    def end(self) -> None:
        self.join(60)
        assert not self.is_alive(), "it waits for ever"
        if self.taken is not None:
            self.taken.close()


def test_as_many_are_made_as_are_expected_and_no_more_than_may_be_spare(zygote: Launcher) -> None:
    with closing(Pool(zygote, spare=2)) as workers:
        workers.expect(PLAIN, 3)
        until(lambda: len(ready_ones(workers)) == 2)
        pids = [worker.process.pid for worker in ready_ones(workers)]
        taken = [workers.take(PLAIN) for _ in range(3)]
        assert [worker.process.pid for worker in taken][:2] == pids
        assert len({worker.process.pid for worker in taken}) == 3
        time.sleep(0.2)
        assert ready_ones(workers) == [], "nobody else was expected"
        for worker in taken:
            worker.close()


def test_workers_of_another_set_up_are_never_given(zygote: Launcher) -> None:
    other = replace(PLAIN, limits=replace(LIMITS, memory_mib=LIMITS.memory_mib - 1))
    with closing(Pool(zygote, spare=1)) as workers:
        workers.expect(PLAIN, 1)
        until(lambda: ready_ones(workers))
        [waiting] = ready_ones(workers)
        taken = workers.take(other)
        assert taken is not waiting
        assert ready_ones(workers) == [waiting]
        taken.close()


def test_workers_that_nobody_will_take_any_longer_are_ended_and_leave_their_places(gated: Gated) -> None:
    with closing(Pool(gated, spare=1)) as workers:
        gated.gate.release(3)
        workers.expect(PLAIN, 2)
        until(lambda: len(ready_ones(workers)) == 1)
        [old] = ready_ones(workers)
        workers.forget(PLAIN)
        assert not old.is_alive()
        other = replace(PLAIN, limits=replace(LIMITS, wall_s=7))
        workers.expect(other, 1)
        until(lambda: len(ready_ones(workers)) == 1)
        with closing(workers.take(other)) as taken:
            assert taken is not old


def test_one_that_is_being_made_while_its_kind_is_forgotten_is_ended(gated: Gated) -> None:
    with closing(Pool(gated, spare=1)) as workers:
        workers.expect(PLAIN, 1)
        workers.forget(PLAIN)
        gated.gate.release()
        until(lambda: gated.given and not any(workers._making.values()))
        assert ready_ones(workers) == []


def test_without_spare_ones_each_is_made_by_who_takes_it(gated: Gated) -> None:
    with closing(Pool(gated)) as workers:
        workers.expect(PLAIN, 5)
        workers.take(PLAIN).close()
        assert gated.given == ["MainThread"]


def test_a_worker_that_died_while_it_waited_is_replaced(zygote: Launcher) -> None:
    with closing(Pool(zygote, spare=1)) as workers:
        workers.expect(PLAIN, 1)
        until(lambda: ready_ones(workers))
        [waiting] = ready_ones(workers)
        [worker] = psutil.Process(waiting.process.pid).children()
        worker.send_signal(signal.SIGKILL)
        until(lambda: not waiting.is_alive())
        found = Sandbox(zygote, workers).judge(step("return np.ones(1) * seed"), [call()], LIMITS)
        assert numbers(found.cases[0]) == [1.0]
        assert waiting.process.status is not None, "it was ended, and its folder removed"
        assert not waiting.process.scratch.exists()


def test_one_that_is_on_its_way_and_promised_to_nobody_else_is_waited_for(gated: Gated) -> None:
    with closing(Pool(gated, spare=1)) as workers:
        workers.expect(PLAIN, 1)
        taker = Taker(workers)
        until(lambda: workers._waiting)
        gated.gate.release()
        taker.end()
    assert gated.given == ["judge-pool"]


def test_one_that_is_promised_to_somebody_else_is_never_waited_for(gated: Gated) -> None:
    with closing(Pool(gated, spare=1)) as workers:
        workers.expect(PLAIN, 2)  # this one, and somebody who comes later
        Taker(workers).end()
        assert gated.given == ["taker"], "while the other's is still on its way"
        gated.gate.release(2)


def test_who_comes_unexpected_does_not_take_what_another_waits_for(gated: Gated) -> None:
    with closing(Pool(gated, spare=1)) as workers:
        workers.expect(PLAIN, 1)
        first = Taker(workers)
        until(lambda: workers._waiting.get(PLAIN))
        Taker(workers).end()
        assert gated.given == ["taker"]
        gated.gate.release()
        first.end()
    assert gated.given == ["taker", "judge-pool"]


def test_two_who_wait_get_one_each_and_where_one_fails_its_taker_makes_it(gated: Gated) -> None:
    with closing(Pool(gated, spare=2)) as workers:
        workers.expect(PLAIN, 2)
        takers = [Taker(workers), Taker(workers)]
        until(lambda: len(workers._waiting.get(PLAIN, ())) == 2)
        gated.failing.append(SandboxFault("no process could be forked"))
        gated.gate.release()
        until(lambda: "taker" in gated.given)
        gated.gate.release()
        for taker in takers:
            taker.end()
    assert gated.given == ["taker", "judge-pool"]
    assert {taker.error for taker in takers} == {None}


@pytest.mark.parametrize("error", [psutil.NoSuchProcess(1), ValueError("no JSON"), OSError("no descriptors")])
def test_whatever_goes_wrong_in_the_background_nobody_waits_for_ever(gated: Gated, error: Exception) -> None:
    with closing(Pool(gated, spare=1)) as workers:
        workers.expect(PLAIN, 1)
        taker = Taker(workers)
        until(lambda: workers._waiting.get(PLAIN))
        gated.failing.append(error)
        gated.gate.release()
        taker.end()
    assert (gated.given, taker.error) == (["taker"], None)


def descendants_of(launcher: Launcher) -> set[int]:
    process = launcher.zygote.process
    return (
        set()
        if process is None
        else {child.pid for child in psutil.Process(process.pid).children(recursive=True)}
    )


def test_a_closed_pool_has_ended_all_that_waited(zygote: Launcher) -> None:
    before = descendants_of(zygote)
    workers = Pool(zygote, spare=3)
    workers.expect(PLAIN, 3)
    until(lambda: len(ready_ones(workers)) == 3)
    waiting = ready_ones(workers)
    assert len(descendants_of(zygote) - before) == 6, "three workers, and a supervisor for each"
    workers.close()
    assert ready_ones(workers) == []
    assert not any(worker.process.scratch.exists() for worker in waiting)
    until(lambda: descendants_of(zygote) <= before)


def test_one_that_is_being_made_while_the_pool_is_closed_is_ended_too(gated: Gated) -> None:
    before = descendants_of(gated.launcher)
    workers = Pool(gated, spare=1)
    workers.expect(PLAIN, 1)
    closer = threading.Thread(target=workers.close)
    closer.start()
    until(lambda: workers._closed)
    gated.gate.release()
    closer.join(60)
    assert not closer.is_alive()
    assert ready_ones(workers) == []
    until(lambda: descendants_of(gated.launcher) <= before)
    workers.expect(PLAIN, 1)
    time.sleep(0.1)
    assert workers._making[PLAIN] == 0, "none is made any longer"


def test_who_waits_when_the_pool_is_closed_is_not_left_waiting(gated: Gated) -> None:
    workers = Pool(gated, spare=1)
    workers.expect(PLAIN, 1)
    taker = Taker(workers)
    until(lambda: workers._waiting.get(PLAIN))
    closer = threading.Thread(target=workers.close)
    closer.start()
    taker.end()
    assert gated.given == ["taker"]
    gated.gate.release()
    closer.join(60)


@pytest.mark.more
def test_a_sandbox_that_is_closed_during_a_warm_up_leaves_nothing_and_hangs_nowhere() -> None:
    launcher = default_launcher("none")
    launcher.start()
    process = launcher.zygote.process
    workers = Pool(launcher, spare=1, warm=True)
    workers.expect(set_up("time.sleep(50)"), 1)
    until(lambda: len(descendants_of(launcher)) == 2)
    began = time.monotonic()
    Sandbox(launcher, workers).close()
    assert time.monotonic() - began < 30
    assert not psutil.pid_exists(process.pid)


# --- in the background nothing comes ---------------------------------------------------------------------


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


def taking(workers: Pool, heard: list[Exception]) -> threading.Thread:
    """Somebody who takes a worker, in a thread of its own."""

    def take() -> None:
        try:
            workers.take(PLAIN)
        except Exception as error:  # noqa: BLE001 - what is heard is what is tested
            heard.append(error)

    started = threading.Thread(target=take, daemon=True)
    started.start()
    return started


@pytest.mark.parametrize("error", [SandboxFault("broken"), OSError("broken")])
def test_who_waits_for_one_that_could_not_be_made_makes_it_and_hears_why(error: Exception) -> None:
    launcher = Broken(error)
    workers = Pool(launcher, spare=1)
    workers.expect(PLAIN, 1)
    heard: list[Exception] = []
    waiting = taking(workers, heard)
    launcher.let.set()
    waiting.join(20)
    assert heard == [error]
    workers.close()


def test_who_waits_for_one_that_is_called_off_is_let_go() -> None:
    launcher = Broken(SandboxFault("the run is being ended"))
    workers = Pool(launcher, spare=1)
    with workers._changed:
        workers._making[PLAIN] = 1  # as if it stood in the queue, and were taken off that
    heard: list[Exception] = []
    waiting = taking(workers, heard)
    launcher.let.set()
    workers.close()
    waiting.join(20)
    assert [str(error) for error in heard] == ["the run is being ended"]


# --- the warm-up --------------------------------------------------------------------------------------


def after(launcher: Launcher, body: str, what: str, limits: Limits = LIMITS) -> tuple[Evidence, bool]:
    """What a submission gives in a worker that went through this, and whether that one was taken."""
    setup = set_up(body, limits=limits)
    asked = replace(step(what), warm_up=setup.warm_up)
    with closing(Pool(launcher, spare=1, warm=True)) as workers:
        workers.expect(setup, 1)
        until(lambda: ready_ones(workers) or not workers._making[setup])
        there = [worker.process.pid for worker in ready_ones(workers)]
        evidence = Sandbox(launcher, workers).judge(asked, [call()], limits)
        return evidence, bool(there)


def only(evidence: Evidence) -> CaseEvidence:
    [found] = evidence.cases
    return found


WENT = "os.environ['WENT'] = 'through'"
TELLS = "return np.ones(1) * ('WENT' in os.environ)"


def test_spare_ones_go_through_the_warm_up_where_that_is_asked_for(zygote: Launcher) -> None:
    evidence, _ = after(zygote, WENT, TELLS)
    assert numbers(only(evidence)) == [1.0]
    with closing(Pool(zygote, spare=1)) as workers:
        workers.expect(set_up(WENT), 1)
        asked = replace(step(TELLS), warm_up=warm_up(WENT))
        assert numbers(only(Sandbox(zygote, workers).judge(asked, [call()], LIMITS))) == [0.0]


def test_limits_count_from_the_arrival_of_the_submission(zygote: Launcher) -> None:
    busy = """
    while time.process_time() < 1.5:
        pass
    print("o" * 30000, file=sys.stdout)
    os.write(2, b"e" * 30000)
    """
    limits = replace(LIMITS, cpu_s=1.0, output_kib=16)
    evidence, taken = after(zygote, busy, "print('mine')\nreturn np.ones(1)", limits)
    found = only(evidence)
    assert taken
    assert (found.stop, numbers(found)) == (None, [1.0])
    assert found.cpu_seconds is not None
    assert found.cpu_seconds < 0.5
    assert evidence.capture.stdout == "mine\n"
    assert evidence.capture.stderr == ""


@pytest.mark.parametrize(
    "says",
    [
        "print('spoken')",
        "print('spoken', end='', file=sys.stderr)",
        "sys.__stdout__.write('spoken')",
        "os.write(1, b'spoken')",
        "import jax\njax.debug.print('spoken')",
        "__import__('warnings').warn('spoken', stacklevel=1)",
        "raise ValueError('spoken')",
    ],
)
def test_nothing_that_a_warm_up_says_is_a_submissions(zygote: Launcher, says: str) -> None:
    evidence, taken = after(zygote, says, "return np.ones(1)")
    assert taken
    assert (evidence.capture.stdout, evidence.capture.stderr) == ("", "")
    assert numbers(only(evidence)) == [1.0]


def test_what_was_printed_after_the_answer_but_before_the_submission_is_not_its_own(zygote: Launcher) -> None:
    late = "threading.Thread(target=lambda: (time.sleep(0.2), print('late'))).start()"
    setup = set_up(late)
    asked = replace(step("return np.ones(1)"), warm_up=setup.warm_up)
    with closing(Pool(zygote, spare=1, warm=True)) as workers:
        workers.expect(setup, 1)
        until(lambda: ready_ones(workers))
        time.sleep(0.5)
        evidence = Sandbox(zygote, workers).judge(asked, [call()], LIMITS)
    assert (evidence.capture.stdout, numbers(only(evidence))) == ("", [1.0])


HARMFUL = {
    "too long": "time.sleep(60)",
    "floods": "while True: print('x' * 1000)",
    "dies": "os._exit(0)",
    "takes memory": "kept = bytearray(os.urandom(1) * (700 << 20)); time.sleep(0.5)",
}


@pytest.mark.parametrize("body", thinned(HARMFUL.values(), len(HARMFUL), ids=HARMFUL, keep={"dies"}))
def test_a_worker_that_does_not_come_back_from_its_warm_up_is_given_to_nobody(
    zygote: Launcher, body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "PREPARING", replace(pool.PREPARING, wall_s=2.0))
    evidence, taken = after(zygote, body, TELLS, replace(LIMITS, memory_mib=560, wall_s=10.0))
    assert not taken
    assert (only(evidence).stop, numbers(only(evidence))) == (None, [0.0])


@pytest.mark.parametrize("body", ["raise ValueError('x')", "sys.exit(3)", "raise KeyboardInterrupt"])
def test_a_worker_whose_warm_up_raises_is_as_good_as_any(zygote: Launcher, body: str) -> None:
    evidence, taken = after(zygote, f"{WENT}\n{body}", TELLS)
    assert (taken, numbers(only(evidence))) == (True, [1.0])


class Doomed(Kept):
    """A launcher whose workers are killed at once."""

    def launch(self, *, trusted: bool = False, readable: Sequence[Path] = ()) -> Process:
        made = super().launch(trusted=trusted, readable=readable)
        until(lambda: psutil.Process(made.pid).children())
        psutil.Process(made.pid).children()[0].kill()
        return made


def test_a_worker_that_cannot_be_set_up_is_the_judges_fault_and_leaves_nothing(zygote: Launcher) -> None:
    before = descendants_of(zygote)
    with (
        closing(Pool(Doomed(zygote))) as workers,
        pytest.raises(SandboxFault, match="a worker could not be set up: the process was ended by SIGKILL"),
    ):
        workers.take(PLAIN)
    until(lambda: descendants_of(zygote) <= before)


def test_spare_workers_are_confined_before_anything_else() -> None:
    launcher = default_launcher()
    if launcher.tier == "none":
        pytest.skip("this machine has no tier that confines")
    body = "try:\n    open('/etc/passwd').close()\nexcept OSError:\n    os.environ['WENT'] = 'refused'"
    with closing(launcher):
        launcher.start()
        evidence, taken = after(launcher, body, TELLS)
    assert (taken, numbers(only(evidence))) == (True, [1.0])


def test_a_submission_that_needs_fewer_workers_than_were_expected_leaves_the_others_ready(
    zygote: Launcher,
) -> None:
    with closing(Pool(zygote, spare=2)) as workers:
        workers.expect(PLAIN, 2)
        evidence = Sandbox(zygote, workers).judge(program("1 / 0"), [call(), call("h", hidden=True)], LIMITS)
        assert evidence.load_fault is not None
        until(lambda: len(ready_ones(workers)) == 1)
        [left] = ready_ones(workers)
        assert workers.take(PLAIN) is left
        left.close()
