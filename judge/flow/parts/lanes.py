"""Which part of a training step an operation belongs to."""

from judge.flow.program import Step
from judge.flow.training_step import TrainingStep

PHASES = ("forward", "backward", "update", "returned")


def updating(passes: TrainingStep) -> set[int]:
    """Indices of the steps between gradients and new parameters."""
    regions = {step.index for gradient in passes.gradients for step in gradient.region}
    return regions | {gradient.update.step.index for gradient in passes.gradients if gradient.update}


def phase_of(passes: TrainingStep, updates: set[int], step: Step) -> str | None:
    """One of PHASES, None for what comes before them.

    Args:
        updates: what `updating` gives.
    """
    if step.place.phase == "backward":
        return "backward"
    if step.index in updates:
        return "update"
    if passes.is_final(step):
        return "returned"
    return "forward" if passes.is_differentiated(step) and passes.makes(step).data else None
