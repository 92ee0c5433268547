"""Where gradients that are still multiplied by the loss scale go through what isn't linear in them.

Dividing afterwards takes the factor out of `f(S * g)` only if `f` passes factors on. So a bend counts where
the degree in the scale is lost behind it: where a limit, an epsilon or another number of no degree meets what
was made of scaled gradients, or where the division that follows finds no factor any more. A norm that is
divided by the scale itself, or a limit that is multiplied by it, is right in exact arithmetic. So are signs
that nothing divides: those of scaled gradients are those of the others.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from judge.flow.facts import DATA, Fact
from judge.flow.program import Frame, Step
from judge.flow.training_step import Gradient, TrainingStep
from judge.flow.walk import SUMS

ORDER = {"lt", "le", "gt", "ge"}
LIMITS = {"max", "min", "clamp"}
CURVES = {
    "exp", "exp2", "expm1", "log", "log1p", "tanh", "asinh", "logistic", "erf", "sin", "cos", "atan",
    "atan2", "rem", "pow",
}  # fmt: skip
STAIRS = {"sign", "floor", "ceil", "round"}
POWERS = {"square", "integer_pow", "sqrt", "rsqrt", "cbrt"}
SIZES = {"abs", "reduce_max", "reduce_min", "sort", "cummax", "cummin"}
BENDING = LIMITS | CURVES | STAIRS | POWERS | SIZES
MEETING = LIMITS | CURVES | SUMS | {"select_n", "join"}  # what makes of known degrees an unknown one
FLOAT16_MAX = 65504.0
ENDLESS = 1e30  # no limit of the gradients, but of the format


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """What a value made of gradients went through.

    Attributes:
        mixed: something without the scale was added to scaled gradients, as a weight decay is.
        bend: the first step that wasn't linear in scaled gradients.
        lost: the bend behind which the degree in the scale was lost.
        gate: the first step that let through only what was below a limit of scaled gradients.
    """

    mixed: bool = False
    bend: Step | None = None
    lost: Step | None = None
    gate: Step | None = None


class Bends:
    """What a program does to scaled gradients: one walk from where they are made to the updates.

    Attributes:
        formats: whether what makes infinities numbers is a bend as well: the largest number of a format as a
            limit, or a number that is chosen in their place.
    """

    def __init__(self, passes: TrainingStep, *, formats: bool = False) -> None:
        self.passes = passes
        self.formats = formats
        self.trails: dict[int, Trail] = {}
        self.gates = _gates(passes)
        left = [
            passes.fact(gradient.increment).scale
            for gradient in passes.gradients
            if gradient.increment is not None
        ]
        if formats or self.gates or any(degree is None or degree < 0 for degree in left):
            self._walk()  # in all other programs every factor was divided, or none

    def of(self, gradient: Gradient) -> Step | None:
        """The first step after which dividing by the scale comes too late, None where there is none.

        Gradients that aren't divided at all are another mistake, unless nothing could be divided any more.
        """
        if gradient.increment is None or gradient.increment not in self.trails:
            return None
        left, trail = self.passes.fact(gradient.increment).scale, self.trails[gradient.increment]
        if left is not None and left > 0:
            return None
        if trail.gate is not None:
            return _first((trail.gate, trail.bend))
        if self.formats and trail.bend is not None:
            return trail.lost or trail.bend
        return trail.lost if left is None else trail.bend if left < 0 else None

    def _walk(self) -> None:
        passes = self.passes
        raw = {operand for gradient in passes.gradients for operand in gradient.raw}
        updates = {update.step.index for update in passes.updates}
        for step in passes.program.steps:
            if not step.results or step.index in updates or passes.makes(step).dtype == "bool":
                continue
            starts = step.place.phase == "backward" or step.results[0] in raw
            goes_on = step.place.phase != "forward" and any(item in self.trails for item in step.operands)
            if starts or goes_on or self._gated(step):
                self.trails.update(dict.fromkeys(step.results, self._after(step)))

    def _after(self, step: Step) -> Trail:
        """What is known behind a step."""
        before = [self.trails[item] for item in step.operands if item in self.trails]
        bends, mixed = self._bends(step), any(trail.mixed for trail in before)
        trail = Trail(
            mixed=mixed and not any(takes_off(self.passes, step, item) for item in step.operands),
            bend=_first(trail.bend for trail in before) or (step if bends else None),
            lost=_first(trail.lost for trail in before),
            gate=_first(trail.gate for trail in before) or (step if self._gated(step) else None),
        )
        if trail.bend is not None and trail.lost is None and (self._meets(step) or (mixed and bends)):
            return replace(trail, lost=trail.bend)
        return replace(trail, mixed=True) if step.op in SUMS and self._meets(step) else trail

    def _bends(self, step: Step) -> bool:
        """Whether a step isn't linear in scaled gradients."""
        scaled = [self._is_scaled(item) for item in step.operands]
        if not any(scaled):
            return False
        if step.op in {"mul", "dot_general"}:
            return all(scaled)
        if step.op == "div":
            return scaled[-1]
        facts = [self.passes.fact(item) for item in step.operands]
        if step.op in LIMITS and not any(_is_limit(fact, formats=self.formats) for fact in facts):
            return False
        chosen = self.formats and step.op == "select_n" and not all(fact.data for fact in facts[1:])
        return chosen or step.op in BENDING

    def _is_scaled(self, operand: int) -> bool:
        """Whether a value is made of gradients and still multiplied by the scale; the scale itself isn't."""
        if operand not in self.trails or not self.passes.fact(operand).data:
            return False
        scale = self.passes.fact(operand).scale
        return self.trails[operand].mixed if scale is None else scale > 0

    def _gated(self, step: Step) -> bool:
        """Whether a step lets through what is below a limit, by a mask or a choice."""
        return any(item in self.gates for item in step.operands)

    def _meets(self, step: Step) -> bool:
        """Whether different degrees meet, all of them known (or why they aren't)."""
        made = self.passes.makes(step)
        if step.op not in MEETING or made.scale is not None or made.lost:
            return False
        facts = [(item, self.passes.fact(item)) for item in step.operands]
        return all(
            fact.scale is not None or (item in self.trails and self.trails[item].mixed)
            for item, fact in facts
            if fact.dtype != "bool"
        )


def _first(steps: Iterable[Step | None]) -> Step | None:
    return min((step for step in steps if step is not None), key=lambda step: step.index, default=None)


def _is_limit(fact: Fact, *, formats: bool = False) -> bool:
    """Whether a bound limits values, and isn't just the end of a format, nor zero, which scales along."""
    if fact.data or fact.zero:
        return False
    if fact.value is None:
        return True
    return abs(fact.value) < ENDLESS and (formats or abs(fact.value) != FLOAT16_MAX)


def takes_off(passes: TrainingStep, step: Step, factor: int) -> bool:
    """Whether a step takes a factor `loss_scale` off by this operand."""
    fact = passes.fact(factor)
    if fact.data or fact.scale is None:
        return False
    divides = step.op == "div" and factor == step.operands[-1] and fact.scale > 0
    return divides or (step.op == "mul" and fact.scale < 0)


def _gates(passes: TrainingStep) -> set[int]:
    """Truth values that say whether scaled gradients, or their norm, are beyond a limit.

    Whether they are finite isn't asked of a limit; what is asked of a loss isn't asked of gradients.
    """
    gates: set[int] = set()
    gradients: set[int] = set()
    for step in passes.program.steps:
        if not step.results:
            continue
        if step.place.phase == "backward" or any(item in gradients for item in step.operands):
            gradients.update(step.results)
        asked = any(map(_is_limit, _compared(passes, step, gradients)))
        is_bool = passes.makes(step).dtype == "bool"
        if is_bool and (asked or any(item in gates for item in step.operands)):
            gates.update(step.results)
    return gates


def _compared(passes: TrainingStep, step: Step, gradients: set[int]) -> Iterator[Fact]:
    """What scaled gradients are compared with, if it isn't scaled as they are."""
    if step.op not in ORDER or step.place.phase != "":
        return
    facts = [passes.fact(item) for item in step.operands]
    for item, one, other in zip(step.operands, facts, reversed(facts), strict=True):
        scaled = item in gradients and one.data >= DATA and one.scale is not None and one.scale > 0
        if scaled and other.scale not in {None, one.scale}:
            yield other


def blamed_bend(passes: TrainingStep, gradient: Gradient, bend: Step) -> Frame | None:
    """The frame to blame for a bend: in the innermost function that makes the gradients, or divides them.

    Not in a helper that only bends: it is right by itself, so the call is to blame.
    """
    frames = bend.place.frames
    if not frames or bend.place.phase == "backward":
        return frames[0] if frames else None
    after = (step for step in gradient.region if step.index > bend.index)
    divisions = (step for step in after if any(takes_off(passes, step, item) for item in step.operands))
    made = (passes.program.maker(item) for item in gradient.raw)
    others = [step.place.frames for step in (next(divisions, None), *made) if step is not None]
    return min((parting(frames, other) for other in others if other), key=frames.index, default=frames[0])


def parting(frames: tuple[Frame, ...], others: tuple[Frame, ...]) -> Frame:
    """The frame in the function in which the ways to two steps part; the call where that is a library's."""
    shared = 0
    for mine, theirs in zip(reversed(frames), reversed(others), strict=False):
        if mine != theirs:
            break
        shared += 1
    inside = shared < min(len(frames), len(others))
    if inside and frames[-1 - shared].function == others[-1 - shared].function:
        return frames[-1 - shared]
    return frames[-max(shared, 1)]
