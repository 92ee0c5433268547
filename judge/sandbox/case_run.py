"""The cases of one visibility, in one worker after another."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from judge.evidence import CaseEvidence, LoadFault
from judge.problem.model import Limits
from judge.sandbox.limits.submission_total import Allowance
from judge.sandbox.talking.conversation import Answer, Conversation
from judge.sandbox.talking.outcome import case_evidence
from judge.sandbox.talking.printed import Streams, streams
from judge.sandbox.talking.requests import CaseInput, Program, case_question


@dataclass(slots=True)
class Loaded:
    """A worker that has loaded the program, or the reason why there is none."""

    conversation: Conversation | None
    answer: Answer
    fault: LoadFault | None = None
    names: tuple[str, ...] = ()


class Start(Protocol):
    """Starts a worker, and has the program loaded in it."""

    def __call__(
        self,
        program: Program,
        limits: Limits,
        tapes: Streams,
        *,
        keep_output: bool,
        taken: Callable[[Conversation], None],
    ) -> Loaded:
        """A fresh one, which `taken` hears of before the program is loaded.

        Raises:
            SandboxFault: no worker could be started.
        """


@dataclass(slots=True)
class CaseRun:
    """One process after another, over the cases of one visibility."""

    start: Start
    program: Program
    allowance: Allowance
    tapes: Streams = field(default_factory=streams)
    keep_output: bool = True
    loaded: Loaded | None = None
    conversation: Conversation | None = None  # with the worker that is loading, or has loaded

    def load(self) -> Loaded:
        """A worker that has loaded the program: the last one, or else a fresh one."""
        if self.loaded is None:
            self.loaded = self.start(
                self.program,
                self.allowance.left(),
                self.tapes,
                keep_output=self.keep_output,
                taken=self._talk_to,
            )
            self.allowance.spend(self.loaded.answer)
        return self.loaded

    def case(self, case: CaseInput) -> CaseEvidence | LoadFault:
        """What comes of one case, or why the program can't be loaded."""
        refusal = self.allowance.refusal()
        if refusal is not None:
            return CaseEvidence(name=case.name, stop=refusal)
        loaded = self.load()
        if loaded.fault is not None or loaded.conversation is None:
            return loaded.fault or LoadFault(kind="import", message="the worker is gone")
        limits = self.allowance.left()
        answer = self.allowance.spend(loaded.conversation.ask(case_question(case, limits), limits))
        if answer.stop is not None:
            self.close()
        return case_evidence(case.name, answer, limits)

    def dismiss(self) -> None:
        """Tell the worker to end; `close` waits for it."""
        conversation = self.conversation
        if conversation is not None:
            conversation.dismiss()

    def _talk_to(self, conversation: Conversation) -> None:
        self.conversation = conversation

    def break_off(self) -> None:
        """Nobody wants what comes of it any longer; from another thread."""
        self.allowance.used = math.inf
        self.dismiss()

    def close(self) -> None:
        """End the worker; another one is started for the next case."""
        if self.loaded is not None and self.loaded.conversation is not None:
            self.loaded.conversation.close()
        self.loaded = None
