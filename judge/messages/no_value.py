"""How a call ended that gave no numbers to compare: by a broken limit, or with a wrong thing returned."""

from collections.abc import Mapping

from judge.cells import Cells, line_name
from judge.compare import Comparison
from judge.evidence import CaseEvidence, OtherValue, Stop, StopReason
from judge.pitfalls.reading.return_lines import left_at
from judge.pitfalls.reading.source import Source
from judge.verdict import Verdict

STOP_VERDICTS: Mapping[StopReason, Verdict] = {
    StopReason.WALL: Verdict.TIME_LIMIT,
    StopReason.CPU: Verdict.TIME_LIMIT,
    StopReason.MEMORY: Verdict.MEMORY_LIMIT,
    StopReason.OUTPUT: Verdict.OUTPUT_LIMIT,
    StopReason.RETURNED: Verdict.OUTPUT_LIMIT,
    StopReason.FILES: Verdict.OUTPUT_LIMIT,
    StopReason.PROCESSES: Verdict.RUNTIME_ERROR,
    StopReason.EXIT: Verdict.RUNTIME_ERROR,
    StopReason.SIGNAL: Verdict.RUNTIME_ERROR,
    StopReason.PROTOCOL: Verdict.RUNTIME_ERROR,
    StopReason.HARNESS: Verdict.JUDGE_ERROR,
}
LIMITS = {
    StopReason.WALL,
    StopReason.CPU,
    StopReason.MEMORY,
    StopReason.OUTPUT,
    StopReason.RETURNED,
    StopReason.FILES,
    StopReason.PROCESSES,
}
SHOWN = 60  # characters of a line of code
OF_FORM = {"type", "structure", "shape", "dtype"}


def stopped(stop: Stop, source: str | None = None, cells: Cells = ()) -> tuple[Verdict, str, str | None]:
    """Verdict, message and broken limit of a case that ended without a result."""
    verdict = STOP_VERDICTS[stop.reason]
    limit = stop.reason.value if stop.reason in LIMITS else None
    if stop.unrun:
        return verdict, stop.detail, limit
    texts = {
        StopReason.WALL: f"took longer than allowed: {stop.detail}",
        StopReason.CPU: f"used more CPU time than allowed: {stop.detail}",
        StopReason.MEMORY: f"used more memory than allowed: {stop.detail}",
        StopReason.OUTPUT: f"printed more than allowed: {stop.detail}",
        StopReason.RETURNED: f"returned more than allowed: {stop.detail}",
        StopReason.FILES: f"wrote more to files than allowed: {stop.detail}",
        StopReason.PROCESSES: f"ran more processes and threads than allowed: {stop.detail}",
        StopReason.PROTOCOL: f"gave no result that can be read: {stop.detail}",
    }
    return verdict, texts.get(stop.reason, stop.detail) + _whereabouts(stop, source, cells), limit


def halfway(stop: Stop, source: str | None) -> int | None:
    """The line that the message of a broken time limit names."""
    known = stop.line is not None and not stop.unrun and stop.line <= len((source or "").splitlines())
    return stop.line if known else None


def _whereabouts(stop: Stop, source: str | None, cells: Cells) -> str:
    """Where it spent its time, as far as one look tells."""
    line = halfway(stop, source)
    if line is None:
        return ""
    code = (source or "").splitlines()[line - 1].strip()
    return f"; halfway it was at {line_name(line, cells)}" + (f": `{code}`" if 0 < len(code) <= SHOWN else "")


def returned(
    comparison: Comparison, evidence: CaseEvidence, source: str | None, cells: Cells = ()
) -> tuple[str, int | None]:
    """What is said of a returned value, and the line of the `return` that gave something of a wrong form.

    A function that returns nothing since it has come to its end is told so, with the line of its end.
    """
    if comparison.kind not in OF_FORM or evidence.left_at is None:
        return comparison.message, None
    nothing = isinstance(evidence.value, OtherValue) and evidence.value.kind == "none"
    line, is_return = left_at(Source(source or ""), evidence.left_at, nothing=nothing)
    if line is None:
        return comparison.message, None
    fact, mark, advice = comparison.message.partition("; ")
    end = "" if is_return else ": it ends here without a `return`"
    return f"{line_name(line, cells)}: {fact}{end}{mark}{advice}", line
