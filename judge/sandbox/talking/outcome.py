"""What a worker answered, and what it took → evidence."""

from typing import Any

from judge.evidence import CaseEvidence, ExceptionFact, LoadFault, Stop, StopReason, TraceFact
from judge.problem.model import Limits
from judge.sandbox.limits.out_of_memory import exhausted
from judge.sandbox.talking.conversation import Answer
from judge.sandbox.talking.decode import TEXT_LIMIT, BadRecord, exception_fact, submission_line, value
from judge.worker.wire import Record

MOST_BYTES = 1 << 63  # that anything can have


def function_names(record: Record) -> tuple[str, ...]:
    """The names in a table of functions, which only trusted programs are asked for."""
    names = record.header.get("names")
    return tuple(str(name)[:TEXT_LIMIT] for name in names) if isinstance(names, list) else ()


def not_loaded(name: str, fault: LoadFault) -> CaseEvidence:
    """What a hidden case gave whose process could not load a file that others could."""
    exception = fault.exception or ExceptionFact(type="ImportError", message=fault.message)
    if fault.stop is not None:
        return CaseEvidence(name=name, stop=fault.stop)
    return CaseEvidence(name=name, exception=exception)


def case_evidence(name: str, answer: Answer, limits: Limits) -> CaseEvidence:
    """What one answer says of a case; an answer of another form is a protocol stop."""
    facts = {
        "name": name,
        "seconds": answer.seconds,
        "cpu_seconds": answer.usage.cpu_seconds,
        "peak_memory_mib": answer.usage.peak_mib,
    }
    if answer.record is None:
        return CaseEvidence(stop=answer.stop or Stop(reason=StopReason.PROTOCOL), **facts)  # type: ignore[arg-type] # the keys are the fields
    try:
        return CaseEvidence(**_outcome(answer, answer.record, limits), **facts)  # type: ignore[arg-type] # likewise
    except BadRecord as error:
        return CaseEvidence(stop=Stop(reason=StopReason.PROTOCOL, detail=str(error)), **facts)  # type: ignore[arg-type] # likewise


def _outcome(answer: Answer, record: Record, limits: Limits) -> dict[str, Any]:
    header = record.header
    if header.get("op") == "value":
        left_at = submission_line(header.get("left_at"))
        return {"value": value(header.get("value"), record.arrays), "left_at": left_at}
    if header.get("op") == "raised":
        exception = exception_fact(header.get("exception"))
        stop = exhausted(exception, answer.usage.peak_mib, limits)
        return {"exception": exception} if stop is None else {"stop": stop}
    size = header.get("bytes")
    if header.get("op") == "too-large" and type(size) is int and 0 < size < MOST_BYTES:
        kib = size / 1024
        detail = f"{kib:.1f} KiB returned, {limits.output_kib} allowed"
        return {
            "stop": Stop(reason=StopReason.RETURNED, measured=kib, limit=limits.output_kib, detail=detail)
        }
    raise BadRecord("a record came that is no result of a case")


def trace_fact(answer: Answer) -> TraceFact:
    """The program of a trace answer, or why there is none."""
    if answer.record is None:
        detail = answer.stop.detail if answer.stop is not None else ""
        by_machine = answer.stop is None or answer.stop.by_machine
        return TraceFact(reason=f"tracing was stopped: {detail}", by_machine=by_machine)
    traced = answer.record.header.get("trace")
    if not isinstance(traced, dict):
        return TraceFact(reason="the trace is damaged")
    program, reason = traced.get("program"), traced.get("reason")
    if traced.get("available") is True and isinstance(program, dict):
        return TraceFact(program=program)
    return TraceFact(reason=str(reason)[:500] if reason else "the program could not be traced")
