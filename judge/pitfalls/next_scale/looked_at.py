"""How much of each gradient is looked at where it is asked what is finite: all of it, or a part.

Read of the flow. Several parts may be all together (`jnp.split`, a loop over rows), and so may be the largest
and the smallest element; what mixes elements (a sum, a norm) looks at all of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from judge.flow.program import Step
from judge.flow.training_step import MOVES, TrainingStep

ASKS = {"is_finite"}
COMPARES = {"eq", "ne", "lt", "le", "gt", "ge"}
SIDES = {"reduce_max", "reduce_min"}
EACH = MOVES | {"mul", "div", "neg", "abs", "integer_pow", "square", "sign"}  # an element is made of one
ORDERED = (MOVES - {"select_n"}) | {"div", "mul"}  # the largest one stays it, if a factor is positive
MOST = 200_000  # operands that are followed: a forged program must not cost more than a real one
MESSAGES = {
    "reduce_max": "this takes the largest element, and minus infinity passes",
    "reduce_min": "this takes the smallest element, and infinity passes",
}
PART = "this looks at a part of a gradient, and the other elements pass"


def partly_asked(passes: TrainingStep) -> tuple[Step, str] | None:
    """The step that takes a part of a gradient, the rest of which nobody asks, and what it takes."""
    gradients = {operand for gradient in passes.gradients for operand in gradient.raw}
    looks = _Looks(passes, gradients)
    steps = [step for step in passes.program.steps if step.op in ASKS | COMPARES and step.place.phase == ""]
    for step in steps:
        for operand in step.operands:
            looks.at(operand, step)
    looks.together()
    for taken, asked, of in looks.parts():
        if asked.op in ASKS and of and not of & looks.whole:
            found = taken if _within(taken, asked) else asked
            return (found, MESSAGES.get(taken.op, PART)) if looks.left > 0 else None
    return None


def _within(taken: Step, asked: Step) -> bool:
    """Whether a part is taken by the function that asks, and not by a helper that may be right."""
    one, other = taken.place.frames, asked.place.frames
    return bool(one and other) and one[0].function == other[0].function


@dataclass(slots=True)
class _Looks:
    """What is looked at.

    Attributes:
        whole: gradients all of whose elements are.
        pieces: by the value that they are parts of, the steps that take them and those that ask.
        sides: steps that take the largest or the smallest element, and those that ask.
    """

    passes: TrainingStep
    gradients: set[int]
    whole: set[int] = field(default_factory=set)
    pieces: dict[int, dict[int, tuple[Step, Step]]] = field(default_factory=dict)
    sides: dict[int, dict[int, tuple[Step, Step]]] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    left: int = MOST

    def at(self, operand: int, asked: Step) -> None:
        """A value is asked; what it was made of is looked at with it."""
        waiting = [operand]
        while waiting and self.left > 0:
            value = waiting.pop()
            step = self.passes.program.maker(value)
            if value in self.gradients:
                self.whole.add(value)
            elif step is not None and value not in self.seen and not step.place.phase:
                self.seen.add(value)
                self.left -= len(step.operands) + 1
                source = step.operands[0] if step.operands else value
                if self._takes(step):
                    self.pieces.setdefault(self._same(source), {})[step.index] = (step, asked)
                elif step.op in SIDES and self._of(source, ORDERED):
                    self.sides.setdefault(self._same(source), {})[step.index] = (step, asked)
                else:
                    waiting.extend(step.operands)

    def together(self) -> None:
        """Parts that make up a whole, as long as there are some: of parts as well."""
        for _ in range(len(self.pieces) + 1):
            full = [
                (value, next(iter(taken.values()))[1])
                for value, taken in self.pieces.items()
                if sum(self._size(step.results[0]) for step, _ in taken.values()) >= self._size(value)
            ]
            for value, asked in full:
                del self.pieces[value]
                self.at(value, asked)
            if not full:
                break
        for value, taken in self.sides.items():
            if len({step.op for step, _ in taken.values()}) > 1:
                self.whole |= self._of(value, ORDERED)

    def parts(self) -> Iterator[tuple[Step, Step, set[int]]]:
        """Steps that take a part, that ask it, and the gradients that it is a part of."""
        for groups, through in ((self.pieces, EACH), (self.sides, ORDERED)):
            for value, taken in groups.items():
                of = self._of(value, through)
                yield from ((step, asked, of) for step, asked in taken.values())

    def _takes(self, step: Step) -> bool:
        """Whether a step takes a part of a value, and not another one each time, as in a loop."""
        return step.op == "slice" and self._size(step.results[0]) < self._size(step.operands[0])

    def _same(self, value: int) -> int:
        """The value whose elements these are, before they were cast, divided or put in another order."""
        while self.left > 0 and value not in self.gradients:
            step = self.passes.program.maker(value)
            data = [] if step is None else [item for item in step.operands if self.passes.fact(item).data]
            if step is None or step.op not in EACH or len(data) != 1 or step.place.phase:
                break
            if self._size(data[0]) != self._size(value):
                break
            value = data[0]
            self.left -= 1
        return value

    def _of(self, value: int, through: set[str]) -> set[int]:
        """The gradients that a value is, element by element; none where anything else is in between."""
        found, waiting, seen = set[int](), [value], set[int]()
        while waiting and self.left > 0:
            item = waiting.pop()
            step = self.passes.program.maker(item)
            if item in self.gradients:
                found.add(item)
            elif item not in seen and step is not None and self.passes.fact(item).data:
                seen.add(item)
                self.left -= len(step.operands) + 1
                if step.place.phase or not self._keeps(step, through):
                    return set()
                waiting.extend(step.operands)
        return found

    def _keeps(self, step: Step, through: set[str]) -> bool:
        factors = [item for item in step.operands if not self.passes.fact(item).data]
        turned = step.op == "mul" and not all(self.passes.fact(item).pure_scale for item in factors)
        return step.op in through and not (turned and through is ORDERED)

    def _size(self, operand: int) -> int:
        return self.passes.fact(operand).size
