"""The matmuls of the forward passes, and which precision they run in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from judge.flow.facts import HALVES, Fact
from judge.flow.program import Step
from judge.flow.training_step import TrainingStep
from judge.flow.walk import Product

WHOLE = ("float32", "float64")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matmul:
    """One product of inputs and parameters.

    Attributes:
        differentiated: it belongs to the differentiated forward; otherwise to the returned loss.
        state: "cast" (runs in a half precision), "uncast-inputs" (the inputs bring it back to full
            precision) or
            "full" (its parameters are in full precision).
        step: the matmul, or the promotion that undoes the parameters' cast.
        halves: half dtypes that its operands passed through.
    """

    product: Product
    differentiated: bool
    state: Literal["cast", "uncast-inputs", "full"]
    step: Step
    halves: frozenset[str]
    promoted: bool = False


def matmuls(passes: TrainingStep) -> Iterator[Matmul]:
    """All of the two passes, in order."""
    for product in passes.products:
        differentiated = passes.is_differentiated(product.step)
        if differentiated or passes.is_final(product.step):
            yield _matmul(passes, product, differentiated=differentiated)


def _matmul(passes: TrainingStep, product: Product, *, differentiated: bool) -> Matmul:
    parameter, inputs = passes.fact(product.parameter), passes.fact(product.inputs)
    state, step, promoted = _state(passes, product, parameter, inputs)
    return Matmul(
        product=product,
        differentiated=differentiated,
        state=state,
        step=step,
        halves=parameter.touched | inputs.touched,
        promoted=promoted,
    )


def _state(
    passes: TrainingStep, product: Product, parameter: Fact, inputs: Fact
) -> tuple[Literal["cast", "uncast-inputs", "full"], Step, bool]:
    if parameter.half:
        return ("cast" if inputs.half else "uncast-inputs"), product.step, False
    if not parameter.touched:
        return "full", product.step, False
    promotion = _promotion(passes, product.parameter)
    if promotion is None:
        return "full", product.step, False
    if _implicit(promotion) and not _was_half(passes, product.inputs, promotion):
        return "uncast-inputs", product.step, False
    return "full", (product.step if _implicit(promotion) else promotion), True


def _promotion(passes: TrainingStep, operand: int) -> Step | None:
    """The cast from half to full precision that a value went through last."""
    for step in passes.chain(operand):
        if step.op == "convert_element_type" and passes.fact(step.operands[0]).dtype in HALVES:
            return step if passes.makes(step).dtype in WHOLE else None
    return None


def _implicit(step: Step) -> bool:
    """Whether JAX or Flax promoted the value to fit the other operand."""
    return any("promote" in name for name in step.place.api)


def _was_half(passes: TrainingStep, operand: int, promotion: Step) -> bool:
    """Whether a value was in half precision before it was promoted in the same call to fit."""
    if passes.fact(operand).half:
        return True
    for step in passes.chain(operand):
        if step.op == "convert_element_type":
            if not _implicit(step):
                return passes.makes(step).half
            if passes.fact(step.operands[0]).half:
                return step.place.frames == promotion.place.frames
    return False
