"""Which parts of the batch increments and losses are made of."""

from collections.abc import Iterator
from dataclasses import dataclass

from judge.flow.facts import UNKNOWN
from judge.flow.parts.shares import NOTHING, Share
from judge.flow.program import Step
from judge.flow.training_step import Gradient, TrainingStep
from judge.flow.walk import Update, ancestors
from judge.pitfalls.reading.clues import Clues

NEARLY = 0.01  # constants that were rounded to half precision are off by less


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A step whose batch is cut into parts.

    Attributes:
        elements: numbers in the targets of the whole batch.
    """

    passes: TrainingStep
    elements: float

    @property
    def part(self) -> float:
        """Numbers in the targets of one part."""
        return self.elements / self.passes.count

    def share(self, operand: int | None) -> Share:
        """What parts have in a value."""
        return NOTHING if operand is None else self.passes.shares.get(operand, NOTHING)

    def is_whole(self, share: Share) -> bool:
        """Whether a value is made of all rows."""
        return share.elements > self.elements * (1 - NEARLY)

    def is_stacked(self, operand: int) -> bool:
        """Whether a value has an axis of parts, each by itself."""
        return self.passes.count in self.passes.fact(operand).shape

    def several(self, operand: int) -> bool:
        """Whether a value is made of more parts than one, that went backward one by one."""
        share = self.share(operand)
        if len({key < 0 for key in share.rows}) > 1:
            return True  # of this turn of a loop, and of earlier ones
        cut = len(share.rows) > 1 or any(self._cut(key, value) for key, value in share.rows.items())
        return cut and share.elements > self.part * (1 + NEARLY)

    def _cut(self, key: int, elements: float) -> bool:
        """Whether a difference was taken part by part: in a loop, or along an axis of parts."""
        if key < 0:
            return False
        step = self.passes.program.steps[key]
        sizes = [self.passes.fact(item) for item in step.operands if "targets" in self.passes.fact(item).data]
        turned = all(fact.size < elements * (1 - NEARLY) for fact in sizes)
        return turned or any(self.passes.count in fact.shape for fact in sizes)

    def is_known(self, operand: int | None) -> bool:
        """Whether nothing of unknown origin went into a value."""
        return operand is not None and UNKNOWN not in self.passes.fact(operand).depends

    def is_traced(self, gradient: Gradient) -> bool:
        """Whether all that was made of a gradient is known, and nothing of it by its numbers alone.

        Where all parts are alike, the mean of their gradients is any of them.
        """
        recognised = any(step.params.get("recognised") for step in gradient.region)
        return self.is_known(gradient.increment) and not recognised

    def real_updates(self) -> Iterator[Update]:
        """Updates that move the parameters for certain: not by nothing, and not if a condition says so."""
        for update in self.passes.updates:
            share = self.share(update.increment)
            if not self.is_known(update.increment):
                continue
            if share.elements and share.weight != 0 and not share.gated and not self._is_choice(update):
                yield update

    def _is_choice(self, update: Update) -> bool:
        """Whether the updated parameter is kept on a condition only, or not at all."""
        passes = self.passes
        for step in passes.program.steps[update.step.index + 1 :]:
            if step.op == "select_n":
                which, choices = step.operands[0], step.operands[1:]
            elif step.op == "join" and type(step.params.get("which")) is int:
                which, choices = step.params["which"], step.operands
            else:
                continue
            kept = [update.result in passes.fact(item).roots for item in choices]
            if any(kept) and not all(kept):
                number = self.share(which).number
                chosen = None if number is None or not 0 <= number < len(kept) else kept[int(number)]
                return not chosen
        return False

    def moved(self, update: Update) -> Share:
        """What parts have in all that a parameter was moved by so far; in a loop, as often as it turns."""
        weight: float | None = 0.0
        rows: dict[int, float] = {}
        for one in (update, *self.before(update.base)):
            share, turns = self.share(one.increment), self._turns(one)
            weight = None if weight is None or share.weight is None else weight + abs(share.weight) * turns
            for key, elements in share.rows.items():
                rows[key] = max(rows.get(key, 0.0), elements * turns)
        return Share(None, weight, rows)

    def before(self, operand: int) -> list[Update]:
        """The updates that a parameter has been through, last one first."""
        found: list[Update] = []
        results = {one.result: one for one in self.passes.updates}
        waiting = list(self.passes.fact(operand).roots)
        while waiting:
            one = results.get(waiting.pop())
            if one is not None and one not in found:
                found.append(one)
                waiting.extend(self.passes.fact(one.base).roots)
        return found

    def _turns(self, update: Update) -> int:
        turns = 1
        for step in self.passes.program.steps[update.step.index + 1 :]:
            if step.op == "join" and "turns" in step.params and len(step.operands) > 1:
                after = self.passes.fact(step.operands[-1])
                if update.result in after.roots:
                    told = step.params["turns"]
                    turns *= told if type(told) is int and told > 0 else self.passes.count
                    break
        return turns


def batch_of(clues: Clues) -> Batch | None:
    """The step's parts; None where nothing is cut, or that can't be read."""
    passes = clues.passes
    if passes is None or not passes.shares:
        return None
    targets = [
        port.operand
        for port in passes.program.inputs
        if port.role == "targets" and port.operand is not None and port.operand >= 0
    ]
    if not targets:
        return None
    return Batch(passes=passes, elements=float(sum(passes.fact(item).size for item in targets)))


def behind(passes: TrainingStep, gradient: Gradient) -> Iterator[Step]:
    """The steps of the backward passes behind an increment, and those between them and it, in order."""
    if gradient.increment is None:
        return
    region = {step.index for step in gradient.region}
    for index in sorted(ancestors(passes.program, [gradient.increment])):
        step = passes.program.steps[index]
        if step.results and (index in region or step.place.phase == "backward"):
            yield step
