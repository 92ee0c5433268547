"""One text after another, as somebody writes it: judged on workers that wait, the newest of each alone."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from judge.problem.model import Problem
from judge.report import Report
from judge.run.intake import Job, RunRequest
from judge.run.progress import Silent
from judge.run.runner import Judge
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.starting.tiers import default_launcher


class Outdated(Exception):
    """Nobody waits for this any longer: there is a newer text, or the judge was closed."""


@dataclass(slots=True)
class _Asked:
    """One text that somebody wants judged; or that is only expected, and has no name then."""

    job: Job
    name: str | None
    report: Future[Report] = field(default_factory=Future)

    def drop(self) -> None:
        if not self.report.done():
            self.report.set_exception(Outdated(self.job.name))


class WarmJudge:
    """Judges in a thread of its own, so that nobody who waits is kept from Ctrl-C. Thread-safe.

    Args:
        root: the folder that holds `problems/`.
        say: takes a sentence about what takes long; called in that thread.
        launcher: makes what starts the workers, in place of the best that this machine has.
    """

    def __init__(
        self,
        root: Path,
        *,
        isolation: str = "auto",
        say: Callable[[str], None] = lambda _: None,
        launcher: Callable[[], Launcher] | None = None,
    ) -> None:
        self._root = root
        self._remarks = _Remarks(say)
        self._launcher = launcher or (lambda: default_launcher(isolation))
        self._judge: Judge | None = None
        self._prepared: Problem | None = None
        self._changed = threading.Condition()
        self._waiting: deque[_Asked] = deque()
        self._now: _Asked | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="judge-warm", daemon=True)
        self._thread.start()

    def prepare(self, job: Job) -> None:
        """Have ready what a text for this job's problem needs, which comes later; its bytes don't matter."""
        with self._changed:
            self._waiting.append(_Asked(job, None))
            self._changed.notify_all()

    def judge(self, job: Job) -> Future[Report]:
        """Judge a text; what was asked before under its name, and isn't done, is broken off.

        The future gives the report of a run of this one submission, with its flow, or raises `Outdated`
        or a `JudgeError`: nothing can be judged here.
        """
        asked = _Asked(job, job.name)
        with self._changed:
            self._drop(job.name)
            if self._closed:
                asked.drop()
            else:
                self._waiting.append(asked)
            self._changed.notify_all()
        return asked.report

    def forget(self, name: str) -> None:
        """Nobody wants to know any longer what comes of the text of this name."""
        with self._changed:
            self._drop(name)

    def close(self) -> None:
        """End all workers; what isn't done is broken off."""
        with self._changed:
            self._closed = True
            for asked in [*self._waiting, *([] if self._now is None else [self._now])]:
                self._drop(asked.name)
            self._changed.notify_all()
        self._thread.join()

    def _drop(self, name: str | None) -> None:
        """Break off what was asked under a name; the lock is held."""
        for asked in [one for one in self._waiting if one.name == name]:
            self._waiting.remove(asked)
            asked.drop()
        if self._now is not None and self._now.name == name:
            self._now.drop()
            if self._judge is not None:
                self._judge.sandbox.break_off()

    def _work(self) -> None:
        """The thread: one after another until this is closed."""
        try:
            while (asked := self._next()) is not None:
                try:
                    self._carry_out(asked)
                except Exception as error:  # noqa: BLE001 -- whoever asked hears of it
                    with self._changed:
                        if not asked.report.done():
                            asked.report.set_exception(error)
        finally:
            if self._judge is not None:
                self._judge.close()

    def _next(self) -> _Asked | None:
        """What was asked first, when something is; None when this is closed."""
        with self._changed:
            self._now = None
            self._changed.wait_for(lambda: self._closed or self._waiting)
            self._now = None if self._closed else self._waiting.popleft()
            if self._judge is not None:
                self._judge.sandbox.go_on()
            return self._now

    def _carry_out(self, asked: _Asked) -> None:
        if self._judge is None:
            first = RunRequest(root=self._root, jobs=(), want_flow=True)
            self._judge = Judge(first, self._remarks, self._launcher(), idle=True)
        with self._changed:
            if asked.report.done():  # outdated before there was a judge that could break it off
                return
        if asked.name is None:
            self._judge.prepare((asked.job,))
            self._prepared = asked.job.problem
            return
        request = RunRequest(root=self._root, jobs=(asked.job,), want_flow=True)
        prepared, self._prepared = self._prepared is asked.job.problem, None
        report = self._judge.run(request, prepared=prepared)
        with self._changed:
            if not asked.report.done():
                asked.report.set_result(report)
            if not self._waiting:  # the next text is most likely the same one, changed
                self._waiting.append(_Asked(asked.job, None))


class _Remarks(Silent):
    """A run's progress, of which remarks alone are told."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say

    def note(self, message: str) -> None:
        """One line."""
        self._say(message)
