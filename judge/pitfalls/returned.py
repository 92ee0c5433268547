"""Which loss is returned: one from before or from after the update."""

from judge.flow.facts import DATA, UNKNOWN, UPDATE
from judge.flow.passes import Passes
from judge.flow.program import Step


def is_old(passes: Passes) -> bool:
    """Whether the returned value was made from data, but not from updated parameters."""
    if passes.returned is None:
        return False
    fact = passes.fact(passes.returned)
    return fact.data >= DATA and not {UPDATE, UNKNOWN} & fact.depends


def is_stored(passes: Passes) -> bool:
    """Whether a model that the learner constructed holds updated parameters."""
    operands = [port.operand for port in passes.program.stored if port.operand is not None]
    return any(UPDATE in passes.fact(operand).depends for operand in operands)


def loss_steps(passes: Passes) -> list[Step]:
    """The forward pass of the returned loss: its matmuls, differences and squares, in order."""
    steps = (
        [item.step for item in passes.products] + [item.step for item in passes.errors] + list(passes.squares)
    )
    unique = {step.index: step for step in steps if step.index in passes.before_returned}
    return [unique[index] for index in sorted(unique)]
