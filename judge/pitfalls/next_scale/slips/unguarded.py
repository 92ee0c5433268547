"""The update of one parameter that is done whatever the gradients are, where others' updates are guarded."""

from judge.flow.program import Step
from judge.flow.training_step import MOVES, Gradient, TrainingStep, users_of

CHOICE = "select_n"


def unguarded(passes: TrainingStep) -> Step | None:
    """The step that adds the increment of such a parameter; None where all are alike."""
    users = users_of(passes.program.steps)
    updated = [one for one in passes.gradients if one.update is not None]
    bare = [one.update.step for one in updated if one.update is not None and not _is_chosen(one, users)]
    return bare[0] if 0 < len(bare) < len(updated) else None


def _is_chosen(gradient: Gradient, users: dict[int, list[Step]]) -> bool:
    """Whether something is chosen between a gradient and the new parameter, or beside the new parameter."""
    if any(step.op == CHOICE for step in gradient.region):
        return True
    waiting, seen = [] if gradient.update is None else [gradient.update.result], set[int]()
    while waiting:
        item = waiting.pop()
        if item in seen:
            continue
        seen.add(item)
        for step in users.get(item, ()):
            if step.op == CHOICE and item in step.operands[1:]:
                return True
            waiting.extend(step.results if step.op in MOVES else ())
    return False
