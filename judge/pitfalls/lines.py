"""Which line to name: the innermost one that is itself wrong."""

from collections.abc import Iterable

from judge.flow.passes import Passes
from judge.flow.program import Frame, Step


def blamed(step: Step, right: Iterable[Step]) -> Frame | None:
    """The frame to blame for a step: its innermost one, or the first that differs where a right step shares that.

    Args:
        right: steps of the same kind that make no mistake, such as the same helper used well elsewhere.
    """
    frames = step.place.frames
    shared = max((_shared(frames, other.place.frames) for other in right), default=0)
    if not frames:
        return None
    return frames[min(shared, len(frames) - 1)]


def _shared(one: tuple[Frame, ...], other: tuple[Frame, ...]) -> int:
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if (mine.line, mine.function) != (theirs.line, theirs.function):
            break
        count += 1
    return count


def outermost(step: Step) -> Frame | None:
    """The frame in the entry point."""
    return step.place.frames[-1] if step.place.frames else None


def first_with_line(steps: Iterable[Step]) -> Step | None:
    """The first step that has a line of the learner's."""
    return next((step for step in steps if step.place.frames), None)


def update_step(passes: Passes) -> Step | None:
    """Where parameters are updated, or would be: the last step of the gradients' way that has a line."""
    for gradient in passes.gradients:
        steps = [*([gradient.update.step] if gradient.update else []), *reversed(gradient.region)]
        found = first_with_line(steps)
        if found is not None:
            return found
    return None
