"""One trusted process that is asked many things: calls by the thousand, variant after variant of a program.

What runs in it comes with the problem, or was made of that; no submission is ever in it.
"""

import math
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from judge.evidence import ArrayValue, TraceFact, Value
from judge.expected.cache_files import prune
from judge.expected.trusted_worker import TRUSTED_LIMITS, Trusted
from judge.expected.truth import as_numpy
from judge.problem.model import Limits
from judge.sandbox.limits.tree_usage import Usage
from judge.sandbox.talking.case_inputs import as_wire
from judge.sandbox.talking.conversation import Answer, Conversation
from judge.sandbox.talking.decode import BadRecord, exception_fact, load_fault, value
from judge.sandbox.talking.outcome import function_names, trace_fact
from judge.sandbox.talking.printed import streams
from judge.sandbox.talking.requests import CaseInput, Program, load_question, sweep_question, trace_question
from judge.worker.wire import Record

SHARED_SECONDS = 2.0  # after these, it is worth a look what others have compiled

Mode = Literal["eager", "anew", "jitted", "double"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one program gave in each of several calls, in their order; else why it gave nothing, and where."""

    values: tuple[Value, ...] = ()
    fault: str | None = None
    failed: int = 0

    @property
    def left_out(self) -> bool:
        """It was to be compiled, and can't be."""
        return not self.values and self.fault is None


class TrustedProcess:
    """Runs one program after the other, each in place of the one before; `process_of` gives one.

    Attributes:
        names: of the functions, where a table was loaded.
        seconds, usage: what the last question took.
    """

    def __init__(self, trusted: Trusted, compiled: Path | None, limits: Limits) -> None:
        self._trusted = trusted
        self._shared = -math.inf  # when it last got what others had compiled
        self._compiled = compiled
        self._limits = limits
        self._conversation: Conversation | None = None
        self.names: tuple[str, ...] = ()
        self.seconds = 0.0
        self.usage: Usage | None = None

    def load(self, program: Program) -> str | None:
        """Execute a module; why that can't be done, None when it is there.

        Raises:
            SandboxFault: no worker could be started.
        """
        program = replace(program, cache_dir=self._compiled)
        if self._conversation is None:
            self._conversation = self._trusted.sandbox.fresh(program, self._limits)
            self._conversation.listen(streams(), keep_output=False)
        answer = self._ask(load_question(program, self._limits))
        fault = load_fault(answer.record, answer.stop)
        self.names = () if answer.record is None or fault is not None else function_names(answer.record)
        return None if fault is None else fault.message

    def sweep(
        self,
        calls: Sequence[CaseInput],
        *,
        entries: Sequence[str] = (),
        mode: Mode = "eager",
        seed: int | None = None,
    ) -> tuple[Swept, ...]:
        """What each of these entries of the table gives in these calls, or what the entry point gives.

        Args:
            calls: all of the same shapes. seed: which argument is one, where programs are to be compiled.
        """
        answer = self._ask(sweep_question(calls, entries, mode, seed))
        count = max(len(entries), 1)
        if answer.record is None:
            why = answer.stop.detail if answer.stop is not None else "it gave no answer"
            return (Swept(fault=why),) * count
        results = answer.record.header["results"]
        return tuple(_swept(result, answer.record) for result in results)

    def trace(self, call: CaseInput, spec: Mapping[str, Any], entry: str | None = None) -> TraceFact:
        """The program of the entry point, or of one in the table."""
        asked = trace_question(replace(call, hidden=False), {**spec, "entry": entry})
        return trace_fact(self._ask(asked))

    def _ask(self, question: Record) -> Answer:
        if self._conversation is None:
            raise RuntimeError("asked before a program was loaded")
        if self._compiled is not None and time.monotonic() > self._shared + SHARED_SECONDS:
            self._trusted.share(self._compiled)  # it waits to be asked, and writes nothing
            self._shared = time.monotonic()
        answer = self._conversation.ask(question, self._limits)
        self.seconds = answer.seconds
        self.usage = answer.usage
        if answer.stop is not None:
            self.close()
        return answer

    def close(self) -> None:
        """End the process; the next `load` starts another one."""
        if self._conversation is not None:
            self._conversation.close()
        self._conversation = None


@contextmanager
def process_of(trusted: Trusted, purpose: str, limits: Limits = TRUSTED_LIMITS) -> Iterator[TrustedProcess]:
    """A process for a while.

    What it compiles is kept, in a folder of its own for each purpose: variants by the hundred are of no use
    to learners' workers, and who writes to another's folder may be read before it has written to the end.
    What others compile meanwhile is linked into it.
    """
    root, folder = trusted.variants.parent, trusted.variants / purpose
    with suppress(OSError):  # without it, what is compiled now is compiled again another time
        folder.mkdir(parents=True, exist_ok=True)
    process = TrustedProcess(trusted, folder if os.access(folder, os.W_OK) else None, limits)
    try:
        yield process
    finally:
        process.close()
        prune(root)


def _swept(result: Mapping[str, Any], record: Record) -> Swept:
    if "failed" in result:
        fact = exception_fact(result["exception"])
        line = f" (line {fact.line})" if fact.line else ""
        return Swept(fault=f"{fact.type}: {fact.message}{line}", failed=result["failed"])
    if "left_out" in result:
        return Swept()
    if "each" in result:
        return Swept(values=tuple(value(one, record.arrays) for one in result["each"]))
    stacked = value(result["stacked"], record.arrays)
    if not isinstance(stacked, ArrayValue):
        raise BadRecord("a stack is no array")
    return Swept(values=tuple(_row(row) for row in as_numpy(stacked)))


def _row(row: np.ndarray[Any, Any]) -> ArrayValue:
    array = as_wire(np.asarray(row))
    return ArrayValue(dtype=array.dtype, shape=array.shape, data=array.data)
