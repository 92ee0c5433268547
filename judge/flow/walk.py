"""One walk over a program: a fact for each value, and the places where roles meet.

Roles are told by dependence, not by names: a *product* is where inputs meet what is no data, which makes that
a parameter; an *error* is where something made of inputs meets targets alone; an *update* is where a
parameter meets something made of both.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from judge.flow.facts import DATA, UNKNOWN, UPDATE, Fact
from judge.flow.program import Constant, Program, Step, Variable
from judge.flow.rules import apply

SUMS = {"add", "sub", "add_any", "scatter-add", "scatter_add", "scatter_sub"}
PRODUCTS = {"dot_general", "mul", "conv_general_dilated"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Inputs times parameters: operands of `step`."""

    step: Step
    inputs: int
    parameter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Prediction and targets meet: operands of `step`."""

    step: Step
    prediction: int
    targets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A parameter (`base`) and its increment give new parameters (`result`)."""

    step: Step
    base: int
    increment: int
    result: int


@dataclass(slots=True)
class Walk:
    """What the walk has found so far."""

    program: Program
    facts: dict[int, Fact] = field(default_factory=dict)
    parameters: set[int] = field(default_factory=set)
    sources: set[int] = field(default_factory=set)
    kernels: set[int] = field(default_factory=set)
    products: list[Product] = field(default_factory=list)
    errors: list[Difference] = field(default_factory=list)
    squares: list[Step] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)

    def run(self) -> "Walk":
        """Walk through all steps."""
        for index, constant in enumerate(self.program.constants, start=1):
            self.facts[-index] = _constant(-index, constant)
        for port in self.program.inputs:
            if port.operand is not None and port.operand >= 0:
                self.facts[port.operand] = _input(
                    port.role, port.operand, self.program.variables[port.operand]
                )
        for step in self.program.steps:
            self._step(step)
        return self

    def fact(self, operand: int) -> Fact:
        """What is known of an operand."""
        return self.facts[operand]

    def is_parameter(self, operand: int) -> bool:
        """Whether it is a parameter or made of parameters alone, as far as is known by now."""
        fact = self.facts[operand]
        return not fact.data and (fact.parameter or bool(fact.roots & self.parameters))

    def _step(self, step: Step) -> None:
        facts = [self.facts[item] for item in self.taken(step)]
        for result in step.results:
            variable = self.program.variables[result]
            base = Fact(
                dtype=variable.dtype, shape=variable.shape, narrow=variable.dtype in {"bfloat16", "float16"}
            )
            fact = apply(step, facts, base)
            if any(self.is_parameter(item) for item in step.operands) and not fact.data:
                fact = fact.but(parameter=True)
            self.facts[result] = fact if fact.roots else fact.but(roots=frozenset({result}))
        if step.results:
            self._meet(step, step.results[0])

    def taken(self, step: Step) -> tuple[int, ...]:
        """A step's operands; of a concatenation that is sliced, the parts that are left."""
        source = self.program.maker(step.operands[0]) if step.op == "slice" and step.operands else None
        if source is None or source.op not in {"concatenate", "stack"}:
            return step.operands
        axis = source.params.get("dimension" if source.op == "concatenate" else "axis", 0)
        starts, ends = step.params.get("start_indices"), step.params.get("limit_indices")
        if not isinstance(axis, int) or not isinstance(starts, list) or not isinstance(ends, list):
            return step.operands
        if not 0 <= axis < min(len(starts), len(ends)):
            return step.operands
        return self._overlapping(source, axis, starts[axis], ends[axis]) or step.operands

    def _overlapping(self, source: Step, axis: int, start: object, end: object) -> tuple[int, ...]:
        if not isinstance(start, int) or not isinstance(end, int):
            return ()
        offset, parts = 0, []
        for operand in source.operands:
            shape = self.facts[operand].shape
            size = 1 if source.op == "stack" else shape[axis] if axis < len(shape) else 0
            if offset < end and start < offset + size:
                parts.append(operand)
            offset += size
        return tuple(parts)

    def _meet(self, step: Step, result: int) -> None:
        if step.op in PRODUCTS:
            self._product(step)
        if step.op in SUMS:
            self._sum(step, result)
        if self._squares(step):
            self.squares.append(step)

    def _product(self, step: Step) -> None:
        for data, other in (step.operands[:2], step.operands[1::-1]):
            one, two = self.facts[data], self.facts[other]
            if one.data != {"inputs"} or two.data or not two.floating or step.place.phase == "backward":
                continue
            if step.op == "mul" and (_origin_size(self, two) <= 1 or not self._telling(two)):
                continue
            self.products.append(Product(step=step, inputs=data, parameter=other))
            self._parameter(two)
            self.kernels |= two.roots
            return

    def _telling(self, fact: Fact) -> bool:
        """Whether an elementwise factor is a parameter, and not a constant of the learner's."""
        return fact.parameter or bool(fact.roots & self.parameters) or bool({"seed", UPDATE} & fact.depends)

    def _sum(self, step: Step, result: int) -> None:
        operands = (step.operands[0], step.operands[-1])
        for one, two in (operands, operands[::-1]):
            first, second = self.facts[one], self.facts[two]
            if second.data == {"targets"} and "inputs" in first.data and step.place.phase != "backward":
                self.errors.append(Difference(step=step, prediction=one, targets=two))
                return
            if self._updates(one, two, self.facts[result]):
                self._update(Update(step=step, base=one, increment=two, result=result))
                return
            if first.data == {"inputs"} and not second.data and _origin_size(self, second) > 1:
                self._parameter(second)
                return

    def _parameter(self, fact: Fact) -> None:
        """Take a value for a parameter, and for its sources all arrays that it was computed from."""
        self.parameters |= fact.roots
        waiting = list(fact.roots)
        while waiting:
            value = waiting.pop()
            step = self.program.maker(value)
            known = value in self.sources
            self.sources.add(value)
            if known or step is None:
                continue
            before = (self.facts[item] for item in step.operands)
            made_of = [it for it in before if it.floating and not it.data]
            like = [it for it in made_of if it.size > 1 or it.size == self.facts[value].size]
            waiting.extend(root for it in like for root in it.roots)

    def _updates(self, base: int, increment: int, result: Fact) -> bool:
        one, two = self.facts[base], self.facts[increment]
        if one.data or one.shape != result.shape or not one.floating:
            return False
        if two.data >= DATA and one.roots & self.sources:
            return True
        if not self.is_parameter(base) or not (two.data >= DATA or UNKNOWN in two.depends):
            return False
        return bool(one.roots & self.parameters) or (one.shape != () and "learning_rate" in two.depends)

    def _update(self, update: Update) -> None:
        self.updates.append(update)
        result = self.facts[update.result]
        self.parameters.add(update.result)
        self.facts[update.result] = result.but(
            data=frozenset(),
            depends=result.depends | {UPDATE},
            scale=Fraction(0),
            lr=Fraction(0),
            roots=frozenset({update.result}),
            rounded=(),
            touched=frozenset(),
            narrow=result.half,
            parameter=True,
        )

    def _original(self, operand: int) -> int:
        """The operand that this one is a mere copy of."""
        step = self.program.maker(operand)
        while step is not None and step.op in {"copy", "convert_element_type"}:
            if self.facts[step.operands[0]].dtype != self.facts[operand].dtype:
                break
            operand = step.operands[0]
            step = self.program.maker(operand)
        return operand

    def _squares(self, step: Step) -> bool:
        if (
            step.place.phase == "backward"
            or not step.operands
            or not self.facts[step.operands[0]].data >= DATA
        ):
            return False
        if step.op in {"mul", "dot_general"}:
            return self._original(step.operands[0]) == self._original(step.operands[1])
        power = step.params.get("y") if step.op == "integer_pow" else None
        if step.op == "pow":
            power = self.facts[step.operands[1]].value
        return step.op == "square" or (
            power == 2  # noqa: PLR2004 - a square
        )


def _origin_size(walk: Walk, fact: Fact) -> int:
    return max((walk.facts[root].size for root in fact.roots if root in walk.facts), default=fact.size)


def _constant(operand: int, constant: Constant) -> Fact:
    depends = set()
    if constant.scale != 0:
        depends.add("loss_scale")
    if constant.lr != 0:
        depends.add("learning_rate")
    if constant.seed:
        depends.add("seed")
    if not constant.known:
        depends.add(UNKNOWN)
    half = constant.dtype in {"bfloat16", "float16"}
    return Fact(
        dtype=constant.dtype,
        shape=constant.shape,
        depends=frozenset(depends),
        scale=None if constant.scale is None else Fraction(constant.scale),
        lr=None if constant.lr is None else Fraction(constant.lr),
        zero=constant.value == 0,
        lost=constant.value is not None and not math.isfinite(constant.value),
        roots=frozenset({operand}),
        touched=frozenset({constant.dtype}) if half else frozenset(),
        narrow=half or (not depends and _few_bits(constant.value)),
        value=constant.value if not depends else None,
    )


def _few_bits(value: float | None) -> bool:
    """Whether a number is exactly representable in bfloat16: not too small, and with 8 bits at most."""
    if value is None or not math.isfinite(value) or value == 0:
        return value is not None
    mantissa, exponent = math.frexp(value)
    return (mantissa * 2**8).is_integer() and exponent > -126  # noqa: PLR2004 - bfloat16's smallest exponent


def _input(role: str, operand: int, variable: Variable) -> Fact:
    data = frozenset({role}) & DATA
    return Fact(
        dtype=variable.dtype,
        shape=variable.shape,
        depends=frozenset({role}) if role else frozenset(),
        data=data,
        scale=Fraction(role == "loss_scale"),
        lr=Fraction(role == "learning_rate"),
        roots=frozenset({operand}),
    )


def ancestors(program: Program, operands: Sequence[int]) -> set[int]:
    """Indices of all steps that these operands come from."""
    found: set[int] = set()
    waiting = list(operands)
    while waiting:
        step = program.maker(waiting.pop())
        if step is not None and step.index not in found:
            found.add(step.index)
            waiting.extend(step.operands)
    return found
