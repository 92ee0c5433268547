"""What submissions of a problem will compile, compiled before they come: when nobody waits for it.

The problem's warm-up program (judge.sandbox.talking.case_inputs.warm_up) is gone through part by part in
trusted workers, and what it compiles is kept for learners' ones. A part that was gone through once is marked,
on disk, and left out.
"""

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from judge.errors import SandboxFault
from judge.expected.trusted_worker import TRUSTED_LIMITS, Trusted
from judge.problem.model import Case, Problem
from judge.sandbox.talking.case_inputs import warm_up
from judge.sandbox.talking.requests import Program, WarmUp

RARER = "compile_ahead"  # of a warm-up program: what is compiled once, and not gone through by each worker
WARMING_SECONDS = 60  # for a part of a warm-up, the first time: longer than that none is worth


class Ahead:
    """Compiles ahead, and says what is ready; one for a whole run."""

    def __init__(self, trusted: Trusted) -> None:
        self.trusted = trusted
        self._lock = threading.Lock()
        self._threads: dict[str, threading.Thread] = {}
        self._ending = threading.Event()
        self._told: set[str] = set()  # problems whose warm-up is left out

    def ready(self, problem: Problem, cases: Sequence[Case]) -> WarmUp | None:
        """The problem's warm-up, for workers to go through; what starts them has traced it then.

        None where it has none, or not all that it compiles is there yet, or it can't be traced, of which its
        author is told.
        """
        asked = None if problem.id in self._told else self._asked(problem, cases)
        if asked is None or not all(self._mark(part).exists() for part in _parts(asked, asked.entry_point)):
            return None
        why = self.trusted.sandbox.launcher.warm(asked)
        if why is None:
            return asked
        self._left_out(problem, why)
        return None

    def compile(self, problem: Problem, cases: Sequence[Case], *, patient: bool = False) -> str | None:
        """Compile all that is missing, now; why that failed.

        Args:
            patient: whatever else the machine has to do comes first.
        """
        try:
            asked = warm_up(problem, cases)
        except (OSError, UnicodeDecodeError) as error:
            return f"it can't be read: {error}"
        for part in () if asked is None else _all_parts(asked):
            if self._ending.is_set() or not self.trusted.can_keep():
                return None
            if not self._mark(part).exists():
                why = self._compiled(problem, part, patient=patient)
                if why is not None:
                    return why
        return None

    def begin(self, problem: Problem, cases: Sequence[Case]) -> None:
        """Compile what is missing in the background, as far as that comes until the run is over."""
        with self._lock:
            if problem.id not in self._threads and not self._ending.is_set():
                thread = threading.Thread(target=self._patiently, args=(problem, cases), name="judge-ahead")
                self._threads[problem.id] = thread
                thread.start()

    def end(self) -> None:
        """Begin nothing more; what is being compiled ends with its worker."""
        self._ending.set()

    def join(self) -> None:
        """Wait until what was compiled is where it belongs; the workers have been ended."""
        with self._lock:
            threads = tuple(self._threads.values())
        for thread in threads:
            thread.join()

    def _patiently(self, problem: Problem, cases: Sequence[Case]) -> None:
        why = self.compile(problem, cases, patient=True)
        if why is not None and not self._ending.is_set():
            self._left_out(problem, why)

    def _asked(self, problem: Problem, cases: Sequence[Case]) -> WarmUp | None:
        try:
            return warm_up(problem, cases)
        except (OSError, UnicodeDecodeError) as error:
            self._left_out(problem, f"it can't be read: {error}")
            return None

    def _left_out(self, problem: Problem, why: str) -> None:
        if problem.id in self._told:
            return
        self._told.add(problem.id)
        self.trusted.note(
            f"the warm-up program of {problem.id} is left out, which costs time and nothing else: {why}"
        )

    def _mark(self, part: WarmUp) -> Path:
        return self.trusted.compiled / f"warmed-{part.digest}"

    def _compiled(self, problem: Problem, part: WarmUp, *, patient: bool) -> str | None:
        """Have what it compiles kept; why it fails."""
        limits = replace(TRUSTED_LIMITS, wall_s=WARMING_SECONDS, memory_mib=problem.limits.memory_mib)
        try:
            with self.trusted.stage() as stage:
                program = _program(problem, part, stage.folder)
                why = self.trusted.sandbox.warm(program, limits, patient=patient)
                stage.whole = why is None
        except SandboxFault as error:
            return str(error)
        if why is None:
            with suppress(OSError):
                self._mark(part).touch()
        return why


def _all_parts(asked: WarmUp) -> list[WarmUp]:
    """What workers go through first."""
    rarer = _parts(asked, RARER) if f"\ndef {RARER}(" in asked.source else []
    return [*_parts(asked, asked.entry_point), *rarer]


def _parts(asked: WarmUp, name: str) -> list[WarmUp]:
    """One function of a warm-up program, one call each."""
    return [replace(asked, entry_point=name, calls=(call,)) for call in asked.calls]


def _program(problem: Problem, part: WarmUp, folder: Path | None) -> Program:
    return Program(
        name="warmup.py",
        source=part.source,
        entry_point=part.entry_point,
        parameters=tuple(parameter.name for parameter in problem.parameters),
        cache_dir=folder,
        cache_write=True,
        warm_up=part,
    )
