"""Which parts of a batch a value is made of, and how much each counts in it.

Every difference of prediction and targets stands for the rows that it was made of; what is made of it keeps
them, up to an update. Its *weight* is what a gradient is multiplied by, as against that of a mean of squares
over the rows of its part: a sum over all parts has as many as there are, their mean has one. A loop's body
stands in a program once; what it adds to a carry counts as often as it turns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from judge.flow.parts import numbers
from judge.flow.parts.numbers import Number
from judge.flow.parts.same import first_of_its_kind
from judge.flow.program import Step
from judge.flow.walk import SUMS, Walk

MAX_PARTS = 128  # differences, and loops; of more, nothing is told
COUNTED = ("int", "uint", "bool")
LOOKED_UP = {"slice", "dynamic_slice", "gather", "dynamic_index_in_dim", "split", "unstack"}
LINEAR = numbers.SAME | {"reduce_sum", "psum", "psum_invariant", "neg", "symbolic_zeros"}
ADDING = {"add", "add_any", "sub", "scatter-add"}
JOINING = {"concatenate", "stack"}
PRODUCTS = {"mul", "dot_general"}
WRITTEN = {"scatter": -1, "dynamic_update_slice": 1}  # which operand is put over the first one


@dataclass(frozen=True, slots=True)
class Share:
    """What parts have in one value.

    Attributes:
        number: what fills it, where it is made of constants alone.
        weight: how much the parts count in it, all together; None where that isn't known.
        rows: elements of the targets by the step that they met the prediction in; a key below zero is the
            carry of a loop (-1 - the step that ends the loop) and stands for what earlier turns made.
        gated: it may be nothing at all, as a condition says that nobody can evaluate here.
    """

    number: Number = None
    weight: Number = 0.0
    rows: Mapping[int, float] = field(default_factory=dict)
    gated: bool = False

    @property
    def elements(self) -> float:
        """How many elements of the targets it was made of."""
        return sum(self.rows.values())


NOTHING = Share()


class TooManyParts(Exception):
    """There are too many to be told apart."""


@dataclass(slots=True)
class Shares:
    """All shares of a program.

    Attributes:
        count: how many parts there are.
        whole: elements of all targets.
        loops: what a carry is on the first turn → the steps that end its loops.
    """

    walk: Walk
    count: int
    whole: float = 0.0
    found: dict[int, Share] = field(default_factory=dict)
    loops: dict[int, list[int]] = field(default_factory=dict)
    _firsts: Mapping[int, int] = field(default_factory=dict)

    def run(self) -> dict[int, Share]:
        """Walk through all steps.

        Raises:
            TooManyParts: nobody cuts a batch into so many.
        """
        program = self.walk.program
        ends = [step for step in program.steps if step.op == "join" and "turns" in step.params]
        for step in ends:
            if len(step.operands) == 2 and step.operands[0] != step.operands[1]:  # noqa: PLR2004 - before and after
                self.loops.setdefault(step.operands[0], []).append(step.index)
        if 2 * len(self.walk.errors) > MAX_PARTS or len(ends) > MAX_PARTS:
            raise TooManyParts
        self._firsts = first_of_its_kind(self.walk, self.count)
        self._begin()
        updates = {update.step.index for update in self.walk.updates}
        for step in program.steps:
            share = NOTHING if step.index in updates else self._error(step) or self._made(step)
            for result in step.results:
                self._set(result, share)
        return self.found

    def _begin(self) -> None:
        """The shares of what no step makes."""
        program, rate = self.walk.program, self.walk.program.numbers.get("learning_rate")
        for index, constant in enumerate(program.constants, start=1):
            self._set(-index, Share(numbers.of_constant(constant, rate)))
        for port in program.inputs:
            if port.operand is not None and port.operand >= 0:
                fact = self.walk.facts[port.operand]
                is_data = bool(fact.data)
                self.whole += fact.size if "targets" in fact.data else 0
                number = 1.0 if port.role == "learning_rate" else None
                self._set(port.operand, Share(number, 1.0 if is_data else 0.0))

    def _set(self, operand: int, share: Share) -> None:
        """Keep a share; what a carry starts from isn't known in the loop but for its weight."""
        ends = self.loops.get(operand)
        if ends and self.walk.facts[operand].floating:
            rows = {**share.rows, **dict.fromkeys((-1 - end for end in ends), 0.0)}
            share = replace(share, rows=rows)
        share = replace(share, number=None) if ends else share
        self.found[operand] = share

    def _error(self, step: Step) -> Share | None:
        """The share of a difference of prediction and targets; a backward pass may take one again."""
        if step.op not in SUMS or not step.results:
            return None
        facts = [self.walk.facts[item] for item in (step.operands[0], step.operands[-1])]
        for one, other in (facts, facts[::-1]):
            if other.data == {"targets"} and "inputs" in one.data:
                size = self.walk.facts[step.results[0]].size
                return Share(None, size / 2, {self._firsts.get(step.index, step.index): float(other.size)})
        return None

    def _made(self, step: Step) -> Share:
        """The share of a step's results."""
        operands = self._left_over(step) or self.walk.taken(step)
        given = [self.found[item] for item in operands]
        if not given or not step.results:
            return NOTHING
        kind = self.walk.facts[step.results[0]].dtype.rstrip("0123456789")
        if step.op in {"join", "select_n"}:
            share = self._joined(step, given) if step.op == "join" else _chosen(given)
            return Share(share.number) if kind in COUNTED else share
        number = numbers.made(
            step, [one.number for one in given], whole=kind in {"int", "uint"}, truth=kind == "bool"
        )
        if kind in COUNTED or number is not None:
            return Share(number, gated=number is None and (kind == "bool" or given[0].gated))
        return self._of_data(step, operands, given)

    def _left_over(self, step: Step) -> tuple[int, ...]:
        """The one operand that is left of a step's, where it is put over all of another: `a.at[:].set(b)`."""
        new = step.operands[WRITTEN[step.op]] if step.op in WRITTEN and len(step.operands) > 2 else None  # noqa: PLR2004 - old, new, where
        whole = new is not None and self.walk.facts[new].size >= self.walk.facts[step.operands[0]].size
        return (new,) if new is not None and whole else ()

    def _of_data(self, step: Step, operands: Sequence[int], given: Sequence[Share]) -> Share:
        if step.op == "mul" and any(one.number == 0 for one in given):
            return NOTHING
        share = Share(
            None,
            self._weight(step, operands, given),
            self._rows(step, given),
            any(one.gated for one in given),
        )
        if not share.elements:
            return share
        if step.op in {"row", "rows"}:
            turns = max(self._turns(step, NOTHING), 1)
            return _times(share, turns if step.op == "rows" else 1 / turns)
        if step.op in LOOKED_UP:
            return _times(share, self._left(step, operands[0]))
        if step.op == "broadcast_in_dim" and self._spreads(step):
            return _times(share, self.count)
        return share

    def _rows(self, step: Step, given: Sequence[Share]) -> dict[int, float]:
        """The rows of all of them; in a sum of pieces that one difference gave, those of all pieces.

        In a backward pass these are terms of one product, which have the same rows.
        """
        rows = _union(given)
        if step.op in ADDING and step.place.phase == "":
            for key, most in rows.items():
                rows[key] = max(most, min(sum(one.rows.get(key, 0.0) for one in given), self.whole))
        return rows

    def _weight(self, step: Step, operands: Sequence[int], given: Sequence[Share]) -> Number:
        weights = [one.weight for one in given]
        weight: Number = None
        if step.op in LOOKED_UP and operands is not step.operands:
            weight = numbers.total(weights)
        elif step.op in LINEAR | LOOKED_UP or (step.op in WRITTEN and len(given) == 1):
            weight = weights[0]
        elif step.op in ADDING and not all(one.gated and one.elements for one in given):
            weight = numbers.total(
                [weights[0], *(numbers.negative(one) if step.op == "sub" else one for one in weights[1:])]
            )
        elif step.op in JOINING:
            alike = len({tuple(sorted(one.rows)) for one in given}) == 1
            weight = (weights[0] if len(set(weights)) == 1 else None) if alike else numbers.total(weights)
        elif step.op in PRODUCTS and len(given) == 2:  # noqa: PLR2004 - factors
            weight = self._product(step, operands, given)
        elif step.op == "div":
            weight = numbers.over(weights[0], given[1].number)
        return weight

    def _product(self, step: Step, operands: Sequence[int], given: Sequence[Share]) -> Number:
        """The weights' product; behind a gate that lets all through or nothing, what it is if open."""
        gates = [self._is_gate(step, item, one) for item, one in zip(operands, given, strict=True)]
        if gates[0] != gates[1]:
            return given[gates.index(False)].weight
        factors = [
            one.weight if self.walk.facts[item].data else one.number
            for item, one in zip(operands, given, strict=True)
        ]
        return None if factors[0] is None or factors[1] is None else factors[0] * factors[1]

    def _is_gate(self, step: Step, operand: int, share: Share) -> bool:
        fact = self.walk.facts[operand]
        return step.op == "mul" and share.gated and not share.elements and not fact.data and fact.size == 1

    def _joined(self, step: Step, given: Sequence[Share]) -> Share:
        if "turns" not in step.params:
            which = step.params.get("which")
            chosen = self.found[which].number if type(which) is int and which in self.found else None
            if chosen is not None and 0 <= chosen < len(given):
                return given[int(chosen)]
            return _one_of(given)
        before, after = given[0], given[-1]
        own = -1 - step.index
        if own not in after.rows:
            return replace(after, number=None)
        turns = self._turns(step, before)
        rows = {key: value for key, value in before.rows.items() if key != own}
        for key, value in after.rows.items():
            if key != own and key not in rows:
                rows[key] = value * turns
        weight = None
        if before.weight is not None and after.weight is not None:
            weight = before.weight + turns * (after.weight - before.weight)
        return Share(None, weight, rows, after.gated)

    def _turns(self, step: Step, before: Share) -> int:
        """How often a loop turns: where that isn't known, once for each part that hasn't been added yet."""
        turns = step.params.get("turns")
        if type(turns) is int and turns >= 0:
            return turns
        return self.count - 1 if before.elements else self.count

    def _spreads(self, step: Step) -> bool:
        """Whether a value is put beside itself, as often as there are parts."""
        before, after = (self.walk.facts[item].shape for item in (step.operands[0], step.results[0]))
        return after.count(self.count) > before.count(self.count)

    def _left(self, step: Step, operand: int) -> float:
        """What is left of the parts in a piece of an array that has an axis of them."""
        whole, piece = self.walk.facts[operand], self.walk.facts[step.results[0]]
        cut = whole.shape.count(self.count) > piece.shape.count(self.count)
        return piece.size / whole.size if cut and whole.size else 1.0


def shares_of(walk: Walk) -> tuple[int, Mapping[int, Share]]:
    """How many parts a program's batch is cut into, and all shares; none where it isn't cut."""
    count = int(walk.program.numbers.get("micro_batches", 1))
    try:
        return count, Shares(walk, count).run() if count > 1 else {}
    except TooManyParts:
        return count, {}


def _times(share: Share, factor: float) -> Share:
    weight = None if share.weight is None else share.weight * factor
    return replace(share, weight=weight, rows={key: value * factor for key, value in share.rows.items()})


def _union(given: Sequence[Share]) -> dict[int, float]:
    rows: dict[int, float] = {}
    for one in given:
        for key, value in one.rows.items():
            rows[key] = max(value, rows.get(key, 0.0))
    return rows


def _chosen(given: Sequence[Share]) -> Share:
    """`select_n`: the operand that the first one says, if it can be told."""
    which = given[0].number
    if which is not None and 0 <= which < len(given) - 1:
        return given[1 + int(which)]
    return _one_of(given[1:])


def _one_of(given: Sequence[Share]) -> Share:
    """One of these; what is nothing stands in for what isn't to be used."""
    some = [one for one in given if one.rows or one.weight]
    if not some:
        return NOTHING
    weights = {one.weight for one in some}
    return Share(
        None,
        weights.pop() if len(weights) == 1 and len(some) == len(given) else None,
        _union(some),
        len(some) < len(given) or any(one.gated for one in some),
    )
