"""The traced program, evaluated where the submission has never been.

A *witness*, a fresh process that gets no case's arrays, traces the submission with the numbers and shapes
of a public and of a hidden case. Another fresh process evaluates what came of it on the cases' arrays. What
the witness sends can't depend on the arrays, nor on what was returned for them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any, Protocol

from judge.evidence import CaseEvidence, Replay
from judge.problem.model import Limits
from judge.sandbox.limits.submission_total import Allowance
from judge.sandbox.talking.conversation import Conversation
from judge.sandbox.talking.outcome import case_evidence
from judge.sandbox.talking.printed import Streams, streams
from judge.sandbox.talking.requests import CaseInput, Program, evaluable_question, replay_question
from judge.worker.wire import Record

TRACE_KIB = 2048  # of the whole program, in the form that can be evaluated
MODES = ("variables", "concrete", "recorded", "watched")
GONE = "the program could not be traced again"
TEXT = 200
SEVERAL = 3


class HasLoaded(Protocol):
    """A worker, or none where the program could not be loaded."""

    @property
    def conversation(self) -> Conversation | None:
        """How to talk to it."""


class Starter(Protocol):
    """Who has workers."""

    def fresh(self, program: Program, limits: Limits) -> Conversation:
        """One that has seen nothing of a submission."""

    def load(
        self,
        program: Program,
        limits: Limits,
        tapes: Streams,
        *,
        keep_output: bool,
    ) -> HasLoaded:
        """One that has loaded it."""


def replays(
    starter: Starter,
    program: Program,
    allowance: Allowance,
    asked: Mapping[str, Any],
    cases: Sequence[CaseInput],
) -> tuple[Replay, ...]:
    """What the traced program gives on each of these cases.

    Args:
        asked: as for the trace, with the "mode" that the program was read in.
    """
    if asked["mode"] not in MODES or not cases:
        return ()
    again = list(_witnessed(starter, program, allowance, asked, cases))
    with closing(starter.fresh(program, allowance.limits)) as worker:
        worker.listen(streams(), keep_output=False)
        return tuple(
            _replayed(worker, allowance, asked, case, record)
            for case, record in zip(cases, again, strict=True)
        )


def best(cases: Sequence[CaseInput], found: Sequence[CaseEvidence]) -> CaseInput | None:
    """The first case that gave a value, None where none did."""
    ran = {one.name for one in found if one.value is not None}
    return next((case for case in cases if case.name in ran), None)


def telling(
    public: Sequence[CaseInput],
    hidden: Sequence[CaseInput],
    found: Sequence[CaseEvidence],
    spec: Mapping[str, Any],
) -> CaseInput | None:
    """The case whose numbers a program is read with: the first public one that gave a value.

    Where a number says how many parts an axis is cut into, one with several parts: with a single one nothing
    is cut, and of two, what is doubled can't be told from what is added. And as many as in a hidden case, if
    there is one, so that its program is the same; but no more than that takes.
    """
    ran = {one.name for one in found if one.value is not None}
    cases = [case for case in public if case.name in ran]
    several = [case for case in cases if all(count >= SEVERAL for count in _parts(spec, case))]
    also_hidden = {_parts(spec, case) for case in hidden}
    alike = [case for case in several if _parts(spec, case) in also_hidden]
    return min(alike or several or cases, key=lambda case: _parts(spec, case), default=None)


def to_replay(
    public: Sequence[CaseInput],
    hidden: Sequence[CaseInput],
    found: Sequence[CaseEvidence],
    spec: Mapping[str, Any],
) -> list[CaseInput]:
    """A public and a hidden case that gave a value; if there are, with as many parts as was read."""
    told = telling(public, hidden, found, spec)
    some = []
    for cases in (public, hidden):
        same = [case for case in cases if told is not None and _parts(spec, case) == _parts(spec, told)]
        some.append(best(same, found) or best(cases, found))
    return [case for case in some if case is not None]


def _parts(spec: Mapping[str, Any], case: CaseInput) -> tuple[float, ...]:
    """The numbers of a case that say how many parts an axis is cut into."""
    pairs = zip(spec.get("parameters", ()), case.arguments, strict=False)
    return tuple(given.get("number", 1) for parameter, given in pairs if parameter.get("divides"))


def _witnessed(
    starter: Starter,
    program: Program,
    allowance: Allowance,
    spec: Mapping[str, Any],
    cases: Sequence[CaseInput],
) -> Iterator[Record | None]:
    witness = None
    if allowance.refusal() is None:
        tapes = streams()
        witness = starter.load(program, allowance.left(), tapes, keep_output=False).conversation
    try:
        for case in cases:
            stopped = witness is None or witness.process.status is not None or allowance.refusal() is not None
            yield None if stopped or witness is None else _traced(witness, allowance, spec, case)
    finally:
        if witness is not None:
            witness.close()


def _traced(
    witness: Conversation, allowance: Allowance, spec: Mapping[str, Any], case: CaseInput
) -> Record | None:
    limits = allowance.left(_wide(allowance.limits))
    answer = witness.ask(evaluable_question(case, spec), limits)
    allowance.used += answer.seconds
    if answer.stop is not None:
        witness.close()
    return answer.record


def _replayed(
    worker: Conversation,
    allowance: Allowance,
    spec: Mapping[str, Any],
    case: CaseInput,
    traced: Record | None,
) -> Replay:
    found = Replay(case=case.name, hidden=case.hidden, reason=GONE, by_machine=True)
    evaluable = None if traced is None else traced.header.get("evaluable")
    if traced is None or not isinstance(evaluable, dict):
        return found
    if "reason" in evaluable:
        return replace(found, reason=str(evaluable["reason"])[:TEXT], by_machine=False)
    if allowance.refusal() is not None or worker.process.status is not None:
        return replace(found, reason="no time was left to evaluate it")
    try:
        question = replay_question(case, spec, evaluable, traced.arrays)
        dtypes = [
            "key" if impl is not None else traced.arrays[index].dtype
            for impl, index in evaluable["constants"]
        ]
    except (LookupError, TypeError, ValueError, RecursionError):
        return replace(found, reason="what was traced again is damaged", by_machine=False)
    limits = allowance.left()
    answer = worker.ask(question, limits)
    allowance.used += answer.seconds
    if answer.stop is not None:
        worker.close()
    told = {"program": evaluable.get("program"), "constants": dtypes}
    return _with_value(replace(found, evaluable=told), case_evidence(case.name, answer, limits))


def _with_value(found: Replay, result: CaseEvidence) -> Replay:
    if result.value is not None:
        return replace(found, value=result.value, reason=None, by_machine=False)
    stop = result.stop
    found = replace(found, by_machine=stop is not None and stop.by_machine)
    why = stop.detail if stop is not None else ""
    if result.exception is not None:
        why = f"{result.exception.type}: {result.exception.message}"
    return replace(found, reason=f"it could not be evaluated: {' '.join(why.split())[:TEXT]}")


def _wide(own: Limits) -> Limits:
    return replace(own, output_kib=max(own.output_kib, TRACE_KIB))
