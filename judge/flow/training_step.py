"""From a walk to the passes of a training step: differentiated forward, gradients, update, returned loss."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from judge.flow.budget import Budget
from judge.flow.elements import with_elements
from judge.flow.facts import DATA, UNKNOWN, UPDATE, Fact
from judge.flow.moves import precision
from judge.flow.parts.shares import Share, shares_of
from judge.flow.program import Program, Step, TooMuch
from judge.flow.rules import OPAQUE
from judge.flow.walk import SUMS, Difference, Product, Update, Walk, ancestors

LOSS = "loss"  # the element of what is returned that is no parameter's next value
MAX_UPDATES = 256
CONTRACTIONS = {"dot_general", "reduce_sum", "conv_general_dilated"}
MEAN = {"reduce_sum", "broadcast_in_dim", "reshape", "div", "mul"}  # dimensions kept or not
MOVES = {
    "convert_element_type", "reduce_precision", "reshape", "transpose", "broadcast_in_dim", "squeeze",
    "expand_dims", "copy", "copy_p", "slice", "dynamic_slice", "gather", "scatter",
    "dynamic_update_slice", "concatenate", "join", "row", "rows", "stack", "unstack", "rev", "select_n",
    "split", "device_put", "stop_gradient", "optimization_barrier", "sharding_constraint",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradient:
    """One parameter's way from the backward pass to its increment.

    Attributes:
        raw: operands that come out of the backward pass.
        region: steps between them and the increment, in order.
        increment: the operand that is added to the parameter, or that would be; None where that is done
            outside of JAX.
        update: None where nothing was added.
    """

    raw: tuple[int, ...]
    region: tuple[Step, ...]
    increment: int | None
    update: Update | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingStep:
    """The parts of a step; step indices in the sets.

    Attributes:
        count: how many parts the batch is cut into, 1 where that isn't known or nothing is cut.
        shares: which of them each value is made of; empty where the batch isn't cut.
        whole: what is returned.
        returned: the loss in it, which is all of it where it has no named elements.
        elements: what stands behind each of those.
    """

    program: Program
    facts: Mapping[int, Fact]
    kernels: frozenset[int]
    products: tuple[Product, ...]
    errors: tuple[Difference, ...]
    squares: tuple[Step, ...]
    updates: tuple[Update, ...]
    gradients: tuple[Gradient, ...]
    differentiated: frozenset[int]
    before_returned: frozenset[int]
    returned: int | None
    count: int = 1
    shares: Mapping[int, Share] = field(default_factory=dict)
    whole: int | None = None
    elements: tuple[int | None, ...] = ()

    def fact(self, operand: int) -> Fact:
        """What is known of an operand."""
        return self.facts[operand]

    def makes(self, step: Step) -> Fact:
        """What is known of a step's first result."""
        return self.facts[step.results[0]]

    def rounds_to(self, step: Step) -> str:
        """The half dtype that a cast rounds to, "" where it rounds nothing."""
        if not step.results or step.index not in self.makes(step).rounded:
            return ""
        return self.makes(step).dtype if self.makes(step).half else precision(step)

    def ends_a_sum(self, cast: Step) -> bool:
        """Whether a cast is a library's, which sums half precision in float32 and rounds the result."""
        step = self.program.maker(cast.operands[0] if cast.operands else None)
        while step is not None and step.op in MEAN and step.place.beside(cast.place):
            before = self.program.maker(step.operands[0])
            if step.op == "reduce_sum":
                given = before.operands if before is not None else ()
                return given != () and self.facts[given[0]].dtype == self.makes(cast).dtype
            step = before
        return False

    def is_differentiated(self, step: Step) -> bool:
        """Whether the step belongs to the forward pass that is differentiated."""
        return step.index in self.differentiated

    @property
    def is_transposed(self) -> bool:
        """Whether JAX made the backward pass, or a part of it."""
        steps = (self.program.steps[index] for index in self.differentiated)
        return any(step.place.phase == "backward" for step in steps)

    def is_final(self, step: Step) -> bool:
        """Whether the step is on the way from the updated parameters to the returned loss."""
        return step.index in self.before_returned and UPDATE in self.makes(step).depends

    def chain(self, operand: int) -> Iterator[Step]:
        """The casts, copies and rearrangements that a value went through, last one first."""
        for _ in range(len(self.program.steps)):
            step = self.program.maker(operand)
            if step is None or step.op not in MOVES:
                return
            yield step
            operand = self._moved(step)

    def _moved(self, step: Step) -> int:
        """The operand whose value a rearrangement keeps: the one that shares most with the result.

        Of those that share as much, the updated one: it is what a loop's later values come from.
        """
        result = self.facts[step.results[0]]

        def likeness(item: int) -> tuple[int, bool, bool]:
            fact = self.facts[item]
            return len(fact.roots & result.roots), UPDATE in fact.depends, fact.floating

        return max(step.operands, key=likeness)


def passes(program: Program, elements: Sequence[str] = ()) -> TrainingStep:
    """Walk through a program and put its parts together.

    Args:
        elements: what the numbers of a returned vector are, by their roles; () where they have no names.
    """
    program, found = with_elements(program, len(elements))
    walk = Walk(program).run()
    whole = next((port.operand for port in program.returned if port.operand is not None), None)
    returned = dict(zip(elements, found, strict=True)).get(LOSS) if elements else None
    returned = whole if returned is None else returned
    before = ancestors(program, [] if returned is None else [returned])
    updates = _that_count(walk, before)
    if len(updates) > MAX_UPDATES:
        raise TooMuch(f"more than {MAX_UPDATES} arrays are updated")
    gradients = tuple(_gradients(walk, updates))
    raw = [operand for gradient in gradients for operand in gradient.raw]
    count, shares = shares_of(walk)
    return TrainingStep(
        program=program,
        facts=walk.facts,
        kernels=frozenset(walk.kernels),
        products=tuple(walk.products),
        errors=tuple(walk.errors),
        squares=tuple(walk.squares),
        updates=updates,
        gradients=gradients,
        differentiated=frozenset(_differentiated(program, raw)),
        before_returned=frozenset(before),
        returned=returned,
        count=count,
        shares=shares,
        whole=whole,
        elements=found,
    )


def _that_count(walk: Walk, before_returned: set[int]) -> tuple[Update, ...]:
    """The updates that the returned loss or a model comes from; all of them where none does.

    A model that is trained to warm up, and thrown away, may be trained as one likes.
    """
    ports = [port.operand for port in walk.program.stored if port.operand is not None]
    for needed in (before_returned, ancestors(walk.program, ports)):
        found = tuple(update for update in walk.updates if update.step.index in needed)
        if found:
            return found
    return tuple(walk.updates)


def _differentiated(program: Program, raw: Sequence[int]) -> set[int]:
    """Steps that gradients come from, and those of the differentiated loss whose values no gradient needs.

    What a forward pass computes for a log is transposed nowhere.
    """
    found = ancestors(program, raw)
    steps = [program.steps[index] for index in found]
    transposed = {step.place.frames for step in steps if step.place.phase == "backward"}
    return found | {
        step.index
        for step in program.steps
        if step.place.phase == "forward" and step.place.frames in transposed
    }


def _gradients(walk: Walk, updates: Sequence[Update]) -> Iterator[Gradient]:
    budget = Budget()
    for update in updates:
        raw, region = _behind(walk, update.increment)
        budget.spend(len(region) + 1)
        if raw:
            yield Gradient(raw=raw, region=region, increment=update.increment, update=update)
    if not updates:
        for count, gradient in enumerate(_unused(walk)):
            if count == MAX_UPDATES:
                raise TooMuch(f"more than {MAX_UPDATES} gradients go nowhere")
            budget.spend(len(gradient.region) + 1)
            yield gradient


def _behind(walk: Walk, increment: int) -> tuple[tuple[int, ...], tuple[Step, ...]]:
    """Raw gradients of an increment and the steps in between.

    They come out of the transposed steps, of those of a forward mode, or of a contraction written by hand.
    """
    for phase in ("backward", "forward", ""):
        raw, region = _search(walk, increment, phase)
        if raw:
            return raw, region
    return (), ()


def _search(walk: Walk, increment: int, phase: str) -> tuple[tuple[int, ...], tuple[Step, ...]]:
    raw: dict[int, None] = {}
    region: dict[int, Step] = {}
    waiting = [increment]
    seen: set[int] = set()
    while waiting:
        operand = waiting.pop()
        step = walk.program.maker(operand)
        fact = walk.facts[operand]
        if operand in seen or step is None or not (fact.data >= DATA or UNKNOWN in fact.depends):
            continue
        seen.add(operand)
        if step.place.phase == phase if phase else step.op in CONTRACTIONS:
            raw[operand] = None
        elif step.place.phase != "forward" and fact.dtype != "bool":
            region[step.index] = step
            waiting.extend(step.operands)
    return tuple(raw), tuple(region[index] for index in sorted(region))


def _unused(walk: Walk) -> Iterator[Gradient]:
    """Gradients that no parameter was updated with."""
    users = users_of(walk.program.steps)
    for step in walk.program.steps:
        if step.place.phase != "backward":
            continue
        for result in step.results:
            after = users.get(result, [])
            if walk.facts[result].data >= DATA and not any(user.place.phase == "backward" for user in after):
                region, lost = _after(walk, result, users)
                increment = region[-1].results[0] if region else result
                left = lost or any(not constant.known for constant in walk.program.constants)
                yield Gradient(
                    raw=(result,), region=region, increment=None if left else increment, update=None
                )


def _after(walk: Walk, operand: int, users: Mapping[int, Sequence[Step]]) -> tuple[tuple[Step, ...], bool]:
    """The steps that a gradient goes through, and whether it goes somewhere that can't be followed."""
    found: dict[int, Step] = {}
    waiting, lost = [operand], False
    shape = walk.facts[operand].shape
    while waiting:
        value = waiting.pop()
        for step in users.get(value, []):
            if _loses(walk, step, value):
                lost = True
            elif step.index not in found and step.results and walk.facts[step.results[0]].shape == shape:
                found[step.index] = step
                waiting.extend(step.results)
    return tuple(found[index] for index in sorted(found)), lost


def _loses(walk: Walk, step: Step, value: int) -> bool:
    """Whether what comes after may well be no gradient any more, but parameters.

    It is the host's, or something of the same shape is added that is no data: masters that were not known to
    be such, as those that went through NumPy and were changed there. A bias is nothing but zeros.
    """
    if step.op in OPAQUE:
        return True
    shape = walk.facts[value].shape
    others = [walk.facts[item] for item in step.operands if item != value]
    return step.op in SUMS and shape != () and any(not it.data and it.shape == shape for it in others)


def users_of(steps: Iterable[Step]) -> dict[int, list[Step]]:
    """Operand → the steps that take it, each once."""
    users: dict[int, list[Step]] = {}
    for step in steps:
        for operand in dict.fromkeys(step.operands):
            users.setdefault(operand, []).append(step)
    return users
