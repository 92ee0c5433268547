"""What to do about an exception that learners of JAX and Flax often meet, in words that they can act on.

A library says what it can't do; a learner wants to know what to write. Each trap is told from the exception's
type and text, and from the line that raised it; tests run every trap on the installed versions. Where none
fits there is no hint, and the library's own message stands.
"""

from collections.abc import Mapping

from judge.evidence import ExceptionFact
from judge.messages.hints import calls, names, shapes, traced
from judge.messages.hints.pasted import pasted
from judge.messages.hints.trap import Rule, Trap
from judge.problem.model import Parameter

RULES: tuple[Rule, ...] = (*traced.RULES, *calls.RULES, *names.RULES, *shapes.RULES)


def hint(
    exception: ExceptionFact,
    source: str | None,
    parameters: tuple[Parameter, ...] = (),
    case_shapes: Mapping[str, tuple[int, ...]] | None = None,
) -> str | None:
    """The cause and the remedy in a sentence or two, None where nothing is known beyond what it says itself.

    Args:
        source: the submission's text. parameters: of the entry point.
        case_shapes: parameter → shape of the arrays in the case that raised.
    """
    trap = Trap(exception=exception, source=source or "", parameters=parameters, shapes=case_shapes or {})
    return next((text for rule in RULES if (text := rule(trap)) is not None), None)


__all__ = ["RULES", "hint", "pasted"]
