"""The value that moves started from."""

from itertools import islice

from judge.flow.program import Step
from judge.flow.training_step import MOVES, TrainingStep

MOST = 64  # moves one after the other; a forged program may have thousands


def origin(passes: TrainingStep, operand: int) -> int:
    """The operand that this one is only a rearrangement of: no cast, no choice between several."""
    for _ in range(MOST):
        step = passes.program.maker(operand)
        if step is None or not _only_moves(passes, step):
            break
        operand = step.operands[0]
    return operand


def before_moves(passes: TrainingStep, operand: int) -> int:
    """What was computed, before it was cast, moved or chosen."""
    chain = list(islice(passes.chain(operand), MOST))
    return chain[-1].operands[0] if chain else operand


def _only_moves(passes: TrainingStep, step: Step) -> bool:
    if step.op not in MOVES or len(step.operands) != 1:
        return False
    before, made = passes.fact(step.operands[0]), passes.makes(step)
    return before.dtype == made.dtype and before.size == made.size and not passes.rounds_to(step)
