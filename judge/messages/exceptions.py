"""What is said of an exception: in one line, with what to do about it where that is known."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from judge.cells import Cells, line_name
from judge.evidence import ExceptionFact, LoadFault
from judge.messages.hints import hint, pasted
from judge.problem.model import Parameter


def in_other_words(fault: LoadFault, source: str, cells: Cells = ()) -> LoadFault:
    """The same fault, with its cause where a syntax error has one that Python doesn't know."""
    cause = pasted(source, fault.line, cells) if fault.kind == "syntax" else None
    return fault if cause is None else replace(fault, message=cause)


def load_exception(fault: LoadFault) -> ExceptionFact | None:
    """A syntax error is shown like an exception: with its line."""
    if fault.line is None:
        return None
    names = {"syntax": "SyntaxError", "signature": "TypeError", "encoding": "UnicodeDecodeError"}
    return ExceptionFact(
        type=names.get(fault.kind, "InvalidSubmission"), message=fault.message, lines=(fault.line,)
    )


def remedy(
    exception: ExceptionFact | None,
    source: str | None,
    parameters: Sequence[Parameter] = (),
    shapes: Mapping[str, tuple[int, ...]] | None = None,
) -> str | None:
    """What to do about an exception, None where nobody knows; see `judge.messages.hints.hint`."""
    return None if exception is None else hint(exception, source, tuple(parameters), shapes)


def raised(exception: ExceptionFact | None, help_: str | None = None, cells: Cells = ()) -> str:
    """One line about an exception: type, place, and what to do, or else its own first line."""
    if exception is None:
        return "gave no result"
    first = exception.message.strip().splitlines()
    place = f" ({line_name(exception.line, cells)})" if exception.line else ""
    if help_ is not None:
        return f"{exception.type}{place}: {help_}"
    return f"{exception.type}: {first[0]}{place}" if first else f"{exception.type}{place}"


def one_line(text: str) -> str:
    """Text that learners have a hand in, such as an exception's, as the one line that a message is."""
    return " ".join(text.split())
