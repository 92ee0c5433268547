"""Which operations are worth a box: those that do more than to move values around."""

from judge.flow.facts import UNKNOWN, UPDATE, Fact
from judge.flow.graph.roles import masters_of
from judge.flow.program import Step
from judge.flow.training_step import MOVES, TrainingStep

CASTS = {"convert_element_type", "reduce_precision"}


def working_steps(passes: TrainingStep) -> frozenset[int]:
    """Indices of the operations that compute something of data or parameters, or that round plain numbers.

    What is computed of plain numbers in full precision, as a negated learning rate, isn't among them.
    """
    masters = frozenset(masters_of(passes))
    return frozenset(step.index for step in passes.program.steps if _works(passes, masters, step))


def _works(passes: TrainingStep, masters: frozenset[int], step: Step) -> bool:
    if not step.results:
        return False
    made = passes.makes(step)
    computed = step.place.phase == "backward" or _is_computed(made, masters)
    if step.op in CASTS:
        before, rounds = passes.fact(step.operands[0]), bool(passes.rounds_to(step))
        changes = before.dtype != made.dtype or rounds
        return changes and before.floating and made.floating and (computed or made.half or rounds)
    if step.op == "select_n":
        return bool(passes.fact(step.operands[0]).data)
    return step.op not in MOVES and (computed or made.half)


def _is_computed(fact: Fact, masters: frozenset[int]) -> bool:
    known = fact.data or fact.parameter or {UPDATE, UNKNOWN} & fact.depends
    return bool(known) or not masters.isdisjoint(fact.roots)
