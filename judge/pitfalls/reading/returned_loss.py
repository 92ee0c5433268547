"""Which loss is returned, from before or from after the update, and where its array is made."""

from judge.flow.facts import DATA, UNKNOWN, UPDATE
from judge.flow.program import Frame, Step
from judge.flow.training_step import MOVES, TrainingStep
from judge.pitfalls.reading.clues import CaseClue, Clues
from judge.pitfalls.reading.return_lines import left_at
from judge.pitfalls.reading.written.held import held

MOST_WAYS = 16  # updates, and calls around each: nobody's are more, and each takes a look at the text


def where_made(clues: Clues) -> Frame | int | None:
    """The line that gives the returned array its shape and dtype.

    The entry point's `return`, or the line of a decorator that changes the array after it; but in a function
    that it returns the result of, where that one reshapes or casts: a line that does so is the one to change,
    and otherwise something is missing at the end.
    """
    line, passes = clues.text.last_return(clues.problem.entry_point), clues.passes
    step = None if passes is None else passes.program.maker(passes.whole)
    if step is not None and step.op in MOVES and _wraps(clues, step):
        return step.place.frames[0]
    if passes is None or step is None or line is None or len(step.place.frames) < 2:  # noqa: PLR2004 - a function in it
        return line
    moved = step.op in MOVES and not passes.ends_a_sum(step)
    return (
        step.place.frames[0]
        if moved and clues.text.same_statement(step.place.frames[-1].line, line)
        else line
    )


def _wraps(clues: Clues, step: Step) -> bool:
    """Whether a step is done around the entry point, by what a decorator put in its place."""
    frames = step.place.frames
    return bool(frames) and clues.problem.entry_point not in {frame.function for frame in frames}


def where_returned(clues: Clues, case: CaseClue) -> int | None:
    """The line of the `return` that ran in a case, where that may be another one than was traced."""
    text = clues.text
    if case.left_at is not None and case.visibility == "public":
        return left_at(text, case.left_at, nothing=False)[0]
    function = text.function(clues.problem.entry_point)
    returns = [] if function is None else text.return_lines(function)
    return returns[0] if len(returns) == 1 else None


def is_old(passes: TrainingStep) -> bool:
    """Whether the returned value was made from data, but not from updated parameters."""
    if passes.returned is None:
        return False
    fact = passes.fact(passes.returned)
    if fact.scale != 0 and any(step.op == "rows" for step in passes.chain(passes.returned)):
        return False  # of which turn of a loop it is, numbers can't tell while it is scaled
    return fact.data >= DATA and not {UPDATE, UNKNOWN} & fact.depends


def is_stored(passes: TrainingStep) -> bool:
    """Whether a model that the learner constructed holds updated parameters."""
    operands = [port.operand for port in passes.program.stored if port.operand is not None]
    return any(UPDATE in passes.fact(operand).depends for operand in operands)


def is_held(clues: Clues) -> bool:
    """Whether the text says that updated parameters are put into an object of the learner's."""
    updates = () if clues.passes is None else clues.passes.updates
    ways = list(dict.fromkeys(update.step.place.frames[:MOST_WAYS] for update in updates))
    return any(held(clues.text, way) for way in ways[:MOST_WAYS])


def loss_steps(passes: TrainingStep) -> list[Step]:
    """The forward pass of the returned loss: its matmuls, differences and squares, in order."""
    steps = (
        [item.step for item in passes.products] + [item.step for item in passes.errors] + list(passes.squares)
    )
    unique = {step.index: step for step in steps if step.index in passes.before_returned}
    return [unique[index] for index in sorted(unique)]
