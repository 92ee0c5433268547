"""Deaths and exceptions that mean: there was no more memory to be had within the limit."""

from judge.evidence import ExceptionFact, Stop, StopReason
from judge.problem.model import Limits

# How XLA, the C++ library and LLVM put it: as exceptions, or as last words before an abort.
SAID_BY_XLA = ("RESOURCE_EXHAUSTED", "Out of memory")
LAST_WORDS = (b"std::bad_alloc", b"out of memory", b"Cannot allocate memory")


def exhausted(exception: ExceptionFact, peak_mib: float, limits: Limits) -> Stop | None:
    """The stop that an exception stands for, None when it is an ordinary one."""
    if exception.type == "MemoryError" or any(word in exception.message for word in SAID_BY_XLA):
        return stop(peak_mib, limits, f"{exception.type}: {exception.message[:200]}".rstrip(": "))
    return None


def died_of_it(last_words: bytes, peak_mib: float, limits: Limits) -> Stop | None:
    """The stop that a death stands for, by what was printed to stderr before; None when it is another one."""
    found = next((word for word in LAST_WORDS if word in last_words), None)
    return None if found is None else stop(peak_mib, limits, found.decode())


def stop(peak_mib: float, limits: Limits, why: str) -> Stop:
    """A broken memory limit."""
    detail = f"more was asked for than {limits.memory_mib} MiB leave ({why}); {peak_mib:.1f} MiB were in use"
    return Stop(reason=StopReason.MEMORY, measured=peak_mib, limit=limits.memory_mib, detail=detail)
