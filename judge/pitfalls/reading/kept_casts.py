"""Casts between an update and what is kept of it: which of them round the masters themselves."""

from judge.flow.program import Step
from judge.flow.training_step import TrainingStep
from judge.flow.walk import Update
from judge.pitfalls.reading.clues import Clues
from judge.pitfalls.reading.updates import in_optimizer


def stored(clues: Clues, passes: TrainingStep, update: Update) -> Step | None:
    """The cast between an update and what its model holds afterwards.

    None when some model holds it unrounded.
    """
    found: Step | None = None
    for port in passes.program.stored:
        fact = None if port.operand is None else passes.fact(port.operand)
        if fact is None or update.result not in fact.roots:
            continue
        casts = [passes.program.steps[index] for index in fact.rounded]
        casts = [step for step in casts if passes.rounds_to(step) == clues.compute]
        if not casts:
            return None
        found = found or casts[0]
    return None if found is None or _holds_copies(passes) else found


def _holds_copies(passes: TrainingStep) -> bool:
    """Whether the differentiated function is given cast parameters.

    Then a model may be there to hold the copy.
    """
    for item in passes.products:
        if passes.is_differentiated(item.step):
            casts = [passes.program.steps[index] for index in passes.fact(item.parameter).rounded]
            if casts and all(step.place.phase != "forward" for step in casts):
                return True
    return False


def needless(clues: Clues, passes: TrainingStep, update: Update) -> Step | None:
    """For code without model objects: new parameters that are cast before the returned loss casts them.

    One cast makes the compute copy. Where there are more casts, or promotions, than in the differentiated
    forward, the first one was meant for the parameters themselves.
    """
    finals = [item for item in passes.products if passes.is_final(item.step)]
    firsts = [item for item in passes.products if passes.is_differentiated(item.step)]
    usual = max((len(_casts(clues, passes, item.parameter)) for item in firsts), default=1)
    usual = max(usual, 1)
    promoted = max((_promotions(passes, item.parameter) for item in firsts), default=0)
    for final in finals:
        casts = _casts(clues, passes, final.parameter)
        if not casts or update.result not in passes.fact(final.parameter).roots:
            continue
        first = casts[0]
        more = len(casts) > usual or _promotions(passes, final.parameter, after=first) > promoted
        if in_optimizer(first) or (more and _is_kept(clues, first, update.step, final.step)):
            return first
    return None


def _casts(clues: Clues, passes: TrainingStep, operand: int) -> list[Step]:
    """The casts to the compute dtype that a value went through, first one first, needless ones too."""
    found = [
        step
        for step in passes.chain(operand)
        if passes.rounds_to(step) == clues.compute or _casts_nothing(clues, passes, step)
    ]
    return found[::-1]


def _promotions(passes: TrainingStep, operand: int, after: Step | None = None) -> int:
    """How often a learner brought a value back from half to full precision, after a step."""
    return sum(
        widens(passes, step) for step in passes.chain(operand) if after is None or step.index > after.index
    )


def _casts_nothing(clues: Clues, passes: TrainingStep, step: Step) -> bool:
    """Whether the learner asked for a cast of what is in the compute dtype already."""
    if step.op not in {"copy", "convert_element_type"} or passes.makes(step).dtype != clues.compute:
        return False
    return passes.fact(step.operands[0]).dtype == clues.compute and _asked(step)


def _is_kept(clues: Clues, cast: Step, update: Step, product: Step) -> bool:
    """Whether what a cast gives takes the parameters' place: not a new name's, nor that of an argument."""
    line, evaluated = cast.place.line, {frame.line for frame in product.place.frames}
    if line is None:
        return False
    if update.place.line is not None and clues.text.same_statement(line, update.place.line):
        return True
    frames = cast.place.frames
    if any(clues.text.rebinds(frame.line) for frame in frames):
        return True
    helper = len(frames) > 1 and frames[0].function == (update.place.frames or frames)[0].function
    return helper and not {frame.line for frame in frames} & evaluated


def widens(passes: TrainingStep, step: Step) -> bool:
    """Whether the learner brings a value back from half to full precision here."""
    return passes.fact(step.operands[0]).half and not passes.makes(step).half and _asked(step)


def _asked(step: Step) -> bool:
    """Whether the learner asked for a cast, and not a library that promotes."""
    names = {name.partition("/")[2] for name in step.place.api}
    return bool(names & {"astype", "asarray", "array", "convert_element_type"})
