"""One submission's way through the sandbox: load it, run its cases, trace it; evidence comes back.

All public cases share a process, the hidden ones another. A case that crashes or breaks a limit costs only
itself: the next one goes on in a fresh process.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from judge.errors import SandboxFault
from judge.evidence import (
    Capture,
    CaseEvidence,
    Evidence,
    LoadFault,
    Replay,
    TraceFact,
)
from judge.problem.model import Limits
from judge.sandbox.case_run import CaseRun, Loaded
from judge.sandbox.endings import Endings
from judge.sandbox.limits.out_of_memory import exhausted
from judge.sandbox.limits.submission_total import Allowance
from judge.sandbox.replay import replays, telling, to_replay
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.starting.pool import Pool, Setup
from judge.sandbox.talking.conversation import Answer, Conversation
from judge.sandbox.talking.decode import load_fault
from judge.sandbox.talking.outcome import function_names, not_loaded, trace_fact
from judge.sandbox.talking.printed import SHOWN_BYTES, Streams, streams
from judge.sandbox.talking.requests import (
    CaseInput,
    Program,
    load_question,
    trace_question,
    warm_question,
)

TRACE_SECONDS = 10.0
TRACE_KIB = 512


def setup(program: Program, limits: Limits) -> Setup:
    """What a worker for this program has to be set up for."""
    return Setup(
        limits=limits, cache_dir=program.cache_dir, trusted=program.cache_write, warm_up=program.warm_up
    )


class Sandbox:
    """Runs programs on one launcher. Thread-safe as far as its launcher is.

    Args:
        pool: where its workers come from; without one each is made when it is needed.
    """

    def __init__(self, launcher: Launcher, pool: Pool | None = None) -> None:
        self.launcher = launcher
        self.pool = pool or Pool(launcher)
        self._runs: list[CaseRun] = []
        self._broken_off = False
        self._lock = threading.Lock()
        self._endings = Endings()

    def close(self) -> None:
        """End all workers; none is started any longer."""
        self.launcher.close()
        self.pool.close()
        self._endings.close()

    def settle(self) -> None:
        """Wait until nothing is left of the processes that this thread has had run."""
        self._endings.wait()

    def break_off(self) -> None:
        """End what is run of submissions now, and what is begun until `go_on`: nobody wants their evidence.

        It is as of a broken limit.
        """
        with self._lock:
            self._broken_off = True
            for run in self._runs:
                run.break_off()

    def go_on(self) -> None:
        """What is begun from now on is wanted."""
        with self._lock:
            self._broken_off = False

    @contextmanager
    def _begun(self, run: CaseRun) -> Iterator[CaseRun]:
        """A run that can be broken off; in the end its worker is told to end, which nobody waits for here."""
        with self._lock:
            self._runs.append(run)
            if self._broken_off:
                run.break_off()
        try:
            yield run
        finally:
            with self._lock:
                self._runs.remove(run)
            self._endings.end(run)

    def judge(
        self,
        program: Program,
        cases: Sequence[CaseInput],
        limits: Limits,
        *,
        trace_spec: Mapping[str, Any] | None = None,
        replay: bool = False,
    ) -> Evidence:
        """Run a submission on its cases; public ones first.

        Args:
            trace_spec: what the trace has to know (judge.worker.trace.trace), None for no trace.
            replay: evaluate what was traced, too, to see whether it gives what was returned.
        """
        self.settle()
        began = time.monotonic()
        public = [case for case in cases if not case.hidden]
        hidden = [case for case in cases if case.hidden]
        allowance = Allowance(limits)
        with self._begun(CaseRun(self.load, program, allowance)) as run:
            found, fault = _all(run, public)
            if not public:  # what is wrong with the file is told by a process without hidden data
                fault = run.load().fault
            traced = TraceFact(reason="the program never ran" if fault is not None else "not asked for")
            if trace_spec is not None and fault is None and cases:
                told = telling(public, hidden, found, trace_spec)
                traced = self._trace(run, trace_spec, told or (public or hidden)[0])
                if traced.program is None and told is not None:
                    traced = self._watch(run, trace_spec, told, traced)
            run.dismiss()  # giving back its memory takes as long as a case does
            seconds = time.monotonic() - began
            if fault is None and hidden:
                found += self._hidden(program, hidden, allowance)
        again: tuple[Replay, ...] = ()
        if replay and trace_spec is not None and traced.program is not None:
            self.settle()
            asked = {**trace_spec, "mode": traced.program.get("mode")}
            again = replays(self, program, allowance, asked, to_replay(public, hidden, found, trace_spec))
        return Evidence(
            load_fault=fault,
            cases=tuple(found),
            trace=traced,
            replays=again,
            capture=_capture(run.tapes),
            seconds=seconds,
        )

    def _hidden(self, program: Program, cases: list[CaseInput], allowance: Allowance) -> list[CaseEvidence]:
        """Nothing that is printed here is kept; to fail to load here alone is no fault of the file."""
        with self._begun(CaseRun(self.load, program, allowance, keep_output=False)) as run:
            results = [(case.name, run.case(case)) for case in cases]
        return [
            not_loaded(name, result) if isinstance(result, LoadFault) else result for name, result in results
        ]

    def _watch(self, run: CaseRun, spec: Mapping[str, Any], case: CaseInput, failed: TraceFact) -> TraceFact:
        """The program of a run that is watched, in a process that has not been traced, on a case that ran."""
        if run.allowance.refusal() is not None:
            return failed
        run.close()
        watched = self._trace(run, {**spec, "watch": True}, case)
        by_machine = failed.by_machine or watched.by_machine
        if watched.program is not None:
            return replace(watched, by_machine=by_machine)
        reason = f"{failed.reason}; nor could a run of it be watched: {watched.reason}"
        return TraceFact(reason=reason, by_machine=by_machine)

    def _trace(self, run: CaseRun, spec: Mapping[str, Any], case: CaseInput) -> TraceFact:
        """What is printed while tracing is the trace's doing, and dropped."""
        refusal = run.allowance.refusal()
        if refusal is not None:
            return TraceFact(reason=f"tracing was {refusal.detail}", by_machine=refusal.by_machine)
        run.keep_output = False
        loaded = run.load()
        if loaded.conversation is None:
            reason = "the program could not be loaded again for tracing"
            return TraceFact(reason=reason, by_machine=True)
        loaded.conversation.keep_output = False
        limits = run.allowance.left(_tracing(run.allowance.limits))
        answer = loaded.conversation.ask(trace_question(case, spec), limits)
        run.allowance.used += answer.seconds
        if answer.stop is not None:
            run.close()
        return trace_fact(answer)

    def load(
        self,
        program: Program,
        limits: Limits,
        tapes: Streams,
        *,
        keep_output: bool,
        taken: Callable[[Conversation], None] = lambda _: None,
    ) -> Loaded:
        """A fresh worker with the program loaded in it.

        Args:
            taken: hears of the worker before the program is loaded.

        Raises:
            SandboxFault: no worker could be started.
        """
        conversation = self.pool.take(setup(program, limits))
        try:
            taken(conversation)
            conversation.listen(tapes, keep_output=keep_output)
            answer = conversation.ask(load_question(program, limits), limits)
            loaded = _loaded(conversation, answer, limits)
        except BaseException:
            conversation.close()
            raise
        if loaded.conversation is None:
            conversation.close()
        return loaded

    def fresh(self, program: Program, limits: Limits) -> Conversation:
        """A worker that has seen nothing of any submission."""
        return self.pool.take(setup(program, limits))

    def warm(self, program: Program, limits: Limits, *, patient: bool = False) -> str | None:
        """Go through a trusted program's warm-up, so that what it compiles is kept; why that failed.

        Args:
            patient: whatever else the machine has to do comes first.

        Raises:
            SandboxFault: no worker could be started.
        """
        if program.warm_up is None:
            return None
        conversation = self.pool.take(setup(program, limits))
        answer = conversation.ask(warm_question(program.warm_up, patient=patient), limits)
        conversation.close()
        if answer.record is None:
            return answer.stop.detail if answer.stop is not None else "it gave no answer"
        error = answer.record.header.get("error")
        return None if error is None else str(error)

    def table(self, program: Program, limits: Limits) -> tuple[str, ...]:
        """The names in a trusted program's table of functions.

        Raises:
            SandboxFault: it can't be loaded.
        """
        loaded = self.load(program, limits, streams(), keep_output=False)
        if loaded.conversation is not None:
            loaded.conversation.close()
        if loaded.fault is not None:
            raise SandboxFault(loaded.fault.message)
        return loaded.names


def _loaded(conversation: Conversation, answer: Answer, limits: Limits) -> Loaded:
    """What the answer to loading says: the worker is ready, or why it isn't."""
    fault = load_fault(answer.record, answer.stop)
    if fault is not None and fault.exception is not None:
        stop = exhausted(fault.exception, answer.usage.peak_mib, limits)
        fault = fault if stop is None else replace(fault, exception=None, stop=stop)
    if fault is not None or answer.record is None:
        return Loaded(None, answer, fault)
    return Loaded(conversation, answer, names=function_names(answer.record))


def _all(run: CaseRun, cases: Sequence[CaseInput]) -> tuple[list[CaseEvidence], LoadFault | None]:
    """Every case's evidence, or the fault that keeps the program from being run at all."""
    found: list[CaseEvidence] = []
    for case in cases:
        result = run.case(case)
        if isinstance(result, LoadFault):
            return found, result
        found.append(result)
    return found, None


def _tracing(own: Limits) -> Limits:
    """What a trace may take of these limits."""
    return Limits(
        wall_s=min(own.wall_s, TRACE_SECONDS),
        cpu_s=min(own.cpu_s, TRACE_SECONDS),
        memory_mib=own.memory_mib,
        output_kib=max(own.output_kib, TRACE_KIB),
    )


def _capture(tapes: Streams) -> Capture:
    texts = [bytes(tape.kept[:SHOWN_BYTES]).decode("utf-8", "replace") for tape in tapes]
    cut = [len(tape.kept) > SHOWN_BYTES for tape in tapes]
    return Capture(stdout=texts[0], stdout_truncated=cut[0], stderr=texts[1], stderr_truncated=cut[1])
