"""Program trace → facts about precision, scale and dependence: a table of rules, one walk, no JAX."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from judge.flow.checked import Malformed
from judge.flow.program import TooMuch, parse
from judge.flow.spec import trace_spec
from judge.flow.training_step import TrainingStep, passes
from judge.problem.model import Problem

__all__ = ["Flow", "read", "trace_spec", "unavailable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A program's precision flow, or the reason why it could not be read.

    Attributes:
        passes: None when it is not available.
        reason: None when it is.
    """

    passes: TrainingStep | None = None
    reason: str | None = None

    @property
    def available(self) -> bool:
        """Whether there is anything to read."""
        return self.passes is not None


def unavailable(reason: str) -> Flow:
    """A flow that could not be read."""
    return Flow(reason=reason)


def read(program: Mapping[str, Any], problem: Problem) -> Flow:
    """Read a traced program.

    Args:
        program: what the worker sent; see judge.flow.program for its form.
        problem: says whether there is a precision to look for at all.

    Returns:
        A flow that is not available, never an exception, where the program is damaged or too strange.
    """
    if problem.compute_dtype is None:
        return unavailable("this problem has no compute dtype")
    try:
        return Flow(passes=passes(parse(program), problem.element_roles))
    except Malformed as error:
        return unavailable(f"the trace is damaged: {error}")
    except TooMuch as error:
        return unavailable(f"the program is too large to be read: {error}")
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        # A forged program can be consistent and absurd at once; it must not cost more than its own flow.
        return unavailable(f"the trace can't be read: {type(error).__name__}")
