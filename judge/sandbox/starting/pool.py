"""Workers that wait for what they are going to be asked: confined and set up before a submission is there.

A worker is used once. So many as are still expected, but no more than a few at a time, are made ready in
the background: that moves what a worker costs before its first case out of a submission's way. Limits count
from the first question on, so that nothing done before is a submission's.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from judge.errors import SandboxFault
from judge.problem.model import Limits
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.talking.conversation import Conversation
from judge.sandbox.talking.printed import streams
from judge.sandbox.talking.requests import WarmUp, prepare_question, warm_question

# Nothing of a submission runs while a worker is set up, so only a broken machine takes this long.
PREPARING = Limits(wall_s=60, cpu_s=60, memory_mib=1 << 20, processes=1 << 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a worker is set up for; equal ones can stand in for one another.

    Attributes:
        cache_dir: compiled programs; trusted code may write them.
        warm_up: what a worker that has time to wait goes through.
    """

    limits: Limits
    cache_dir: Path | None = None
    trusted: bool = False
    warm_up: WarmUp | None = None


class Pool:
    """Keeps workers of one launcher ready. Thread-safe.

    Args:
        spare: how many may be ready or on their way at a time.
        warm: spare ones also go through the warm-up: worth it where a core has nothing else to do.
    """

    def __init__(self, launcher: Launcher, *, spare: int = 0, warm: bool = False) -> None:
        self.launcher = launcher
        self._spare = spare
        self._warm = warm
        self._changed = threading.Condition()
        self._ready: dict[Setup, list[Conversation]] = {}
        self._making: dict[Setup, int] = {}
        self._wanted: dict[Setup, int] = {}
        self._waiting: dict[Setup, list[object]] = {}  # for those that are made: who came first is first
        self._makers = ThreadPoolExecutor(max_workers=max(spare, 1), thread_name_prefix="judge-pool")
        self._closed = False

    def expect(self, setup: Setup, count: int) -> None:
        """So many workers will be taken, besides those that were said before."""
        with self._changed:
            self._wanted[setup] = self._wanted.get(setup, 0) + count
            self._fill(setup)

    def forget(self, setup: Setup) -> None:
        """Nobody will take workers that are set up so any longer."""
        with self._changed:
            self._wanted[setup] = 0
            left, self._ready[setup] = self._ready.get(setup, []), []
        for conversation in left:
            conversation.close()

    def take(self, setup: Setup) -> Conversation:
        """A worker that was set up so, and that nothing has been asked of.

        Raises:
            SandboxFault: there is none to be had.
        """
        with self._changed:
            left = self._wanted[setup] = max(self._wanted.get(setup, 0) - 1, 0)
            there = self._ready.setdefault(setup, [])
            ahead = len(self._waiting.get(setup, ()))
            if len(there) <= ahead and self._making.get(setup, 0) + len(there) > left + ahead:
                ahead = self._wait(setup)
            found = there.pop(0) if len(there) > ahead else None
            self._fill(setup)
        if found is not None and found.is_alive():
            return found
        if found is not None:
            found.close()
        return ready(self.launcher, setup)

    def _wait(self, setup: Setup) -> int:
        """Wait until there is one for this caller, or will be none; how many have a claim before it."""
        queue, mine = self._waiting.setdefault(setup, []), object()
        queue.append(mine)

        def is_settled() -> bool:
            ahead, there = queue.index(mine), len(self._ready[setup])
            # Once this is closed, those that are on their way may have been called off.
            return self._closed or there > ahead or self._making[setup] + there <= ahead

        try:
            self._changed.wait_for(is_settled)
            return queue.index(mine)
        finally:
            queue.remove(mine)

    def _fill(self, setup: Setup) -> None:
        """Begin to make what is missing; called with the lock held."""
        there = sum(map(len, self._ready.values())) + sum(self._making.values())
        own = len(self._ready.get(setup, ())) + self._making.get(setup, 0)
        for _ in range(min(self._spare - there, self._wanted.get(setup, 0) - own)):
            if not self._closed:
                self._making[setup] = self._making.get(setup, 0) + 1
                self._makers.submit(self._make, setup)

    def _make(self, setup: Setup) -> None:
        made = None
        try:
            with suppress(SandboxFault, OSError):  # who takes one makes it then, and hears of the fault
                made = None if self._closed else self._prepared(setup)
        finally:  # whatever happened: somebody may be waiting
            with self._changed:
                self._making[setup] -= 1
                is_wanted = self._wanted.get(setup, 0) > 0 or self._waiting.get(setup)
                if made is not None and is_wanted and not self._closed:
                    self._ready.setdefault(setup, []).append(made)
                    made = None
                self._changed.notify_all()
        if made is not None:
            made.close()

    def _prepared(self, setup: Setup) -> Conversation | None:
        """A worker that has gone through the warm-up where that is wanted; None where it didn't come back."""
        made = ready(self.launcher, setup)
        if not self._warm or setup.warm_up is None:
            return made
        limits = replace(PREPARING, memory_mib=setup.limits.memory_mib)  # a peak counts for life
        if made.ask(warm_question(setup.warm_up), limits).stop is None:
            return made
        made.close()  # it may be at it still, and its answer come in place of a submission's
        return None

    def close(self) -> None:
        """End those that nobody took; none is made any longer."""
        with self._changed:
            self._closed = True
            left = [conversation for there in self._ready.values() for conversation in there]
            for there in self._ready.values():
                there.clear()
            self._changed.notify_all()
        for conversation in left:
            conversation.close()
        self._makers.shutdown(cancel_futures=True)


def ready(launcher: Launcher, setup: Setup) -> Conversation:
    """A fresh worker, set up; nothing of a submission is in it yet, so faults are ours.

    Raises:
        SandboxFault: it could not be started or set up.
    """
    readable = () if setup.cache_dir is None else (setup.cache_dir,)
    process = launcher.launch(trusted=setup.trusted, readable=readable)
    tapes = streams()
    conversation = Conversation(process, tapes, keep_output=True)
    question = prepare_question(setup.cache_dir, process, setup.limits, trusted=setup.trusted)
    answer = conversation.ask(question, PREPARING)
    if answer.record is None or answer.record.header.get("op") != "ready":
        said = tapes[1].kept.decode("utf-8", "replace").strip().splitlines()
        conversation.close()
        detail = answer.stop.detail if answer.stop is not None else "it gave no answer"
        raise SandboxFault(f"a worker could not be set up: {said[-1] if said else detail}")
    return conversation
