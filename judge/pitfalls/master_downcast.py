"""PAGE"""

from collections.abc import Iterator

from judge.finding import EvidenceKind, Finding, Severity
from judge.flow.facts import UPDATE
from judge.flow.passes import Passes
from judge.flow.program import Step
from judge.flow.walk import Update
from judge.pitfalls.clues import Clues
from judge.pitfalls.updates import CASTS, in_optimizer, master_roundings

NAME = "master-downcast"
SEVERITY = Severity.ERROR
HELP = "keep the parameters in float32; cast a copy of them inside of the loss function only"


def detect(clues: Clues) -> Iterator[Finding]:
    """Updates that start from rounded masters, and masters that are rounded after the update."""
    passes = clues.passes
    if passes is None:
        return
    for step in master_roundings(clues, passes):
        message = f"the update starts from parameters that were rounded to {clues.compute} here"
        yield clues.finding(NAME, step, message, HELP)
        return
    for update in passes.updates:
        step = _stored(clues, passes, update)
        kind = EvidenceKind.STATE
        if step is None:
            step, kind = _rounded_at_once(clues, passes, update), EvidenceKind.FLOW
        if step is not None:
            message = f"the updated parameters are rounded to {clues.compute} here, and kept like that"
            yield clues.finding(NAME, step, message, HELP, evidence=kind)
            return


def _stored(clues: Clues, passes: Passes, update: Update) -> Step | None:
    """The cast between an update and what its model holds afterwards; None when some model holds it unrounded."""
    found: Step | None = None
    for port in passes.program.stored:
        if port.operand is None:
            continue
        fact = passes.fact(port.operand)
        if update.result not in fact.roots:
            continue
        casts = [passes.program.steps[index] for index in fact.rounded]
        casts = [step for step in casts if clues.compute in passes.makes(step).touched]
        if not casts:
            return None
        found = found or casts[0]
    return None if found is None or _casts_a_copy(passes, found) else found


def _casts_a_copy(passes: Passes, cast: Step) -> bool:
    """Whether the same line also casts for the differentiated forward: then a model is used to hold the copy."""
    lines = {_line(step) for product in passes.products for step in _casts(passes, product.parameter)
             if passes.is_differentiated(step)}
    return _line(cast) in lines


def _casts(passes: Passes, operand: int) -> list[Step]:
    return [step for step in passes.chain(operand) if step.op in CASTS]


def _line(step: Step) -> tuple[int | None, str]:
    return step.place.line, step.place.frames[0].function if step.place.frames else ""


def _rounded_at_once(clues: Clues, passes: Passes, update: Update) -> Step | None:
    """For code without model objects: a cast in the statement or in the helper that makes the new parameters."""
    for step in passes.program.steps:
        if step.op not in CASTS or not step.results or update.result not in step.operands:
            continue
        made = passes.makes(step)
        if step.index not in made.rounded or clues.compute not in made.touched or UPDATE not in made.depends:
            continue
        if in_optimizer(step) or _same_place(clues, step, update.step) or _needless(passes, step):
            return step
    return None


def _same_place(clues: Clues, cast: Step, update: Step) -> bool:
    one, other = cast.place.line, update.place.line
    if one is None or other is None:
        return False
    if clues.text.same_statement(one, other):
        return True
    mine, theirs = cast.place.frames, update.place.frames
    return len(mine) > 1 and len(theirs) > 1 and mine[0].function == theirs[0].function and mine[1:] == theirs[1:]


def _needless(passes: Passes, cast: Step) -> bool:
    """Whether the helper that evaluates the loss casts by itself, so that this cast is another one."""
    finals = [item for item in passes.products if passes.is_final(item.step)]
    firsts = [item for item in passes.products if passes.is_differentiated(item.step)]
    for final in finals:
        if cast not in list(passes.chain(final.parameter)):
            continue
        for first in firsts:
            inner = [step for step in _casts(passes, first.parameter) if _within(step, first.step)]
            if first.step.place.frames[:1] == final.step.place.frames[:1] and inner and _line(cast) not in map(_line, inner):
                return True
    return False


def _within(cast: Step, product: Step) -> bool:
    """Whether a cast happens in the very call that multiplies, or in something it calls."""
    caller = product.place.frames[1:]
    return bool(caller) and cast.place.frames[-len(caller):] == caller and len(cast.place.frames) > len(caller)
