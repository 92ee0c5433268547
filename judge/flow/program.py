"""A traced program as checked records.

What the worker sends (judge/worker/trace/trace.py) is plain JSON that a submission may have forged:
everything is checked here, and bounded. Its form:

    variables  [dtype, shape, weak] each; an operand k >= 0 is variable k, an operand -1 - k is constant k
    constants  {dtype, shape, weak, value, known, scale, lr, seed} each: the number that fills it or null,
               whether it may come from anywhere, its degrees in the loss scale and the learning rate
               (null: unknown), whether the seed changes it
    places     {frames: [[line, end line, column, end column, function], ...] innermost first,
               api: [library function, ...] outermost first, phase: "forward" | "backward" | ""} each
    steps      {op, in: operands, out: variables, at: place, params} each, in the order of evaluation
    inputs     {name, role, path, operand} each
    outputs    {returned, stored, optimizer}: lists of {path, operand or null, dtype}
    values     {variable: [min, median, max of |value|, zeros, non-finite]}
    numbers    {role: number} of the parameters that are numbers: what they were in this trace
    mode       "variables" | "concrete" | "recorded"; aligned: whether the constants' origins are known
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from judge.flow.checked import Malformed, items, mapping, short_text, sizes, whole

MAX_STEPS = 6_000  # what the worker sends at most
MAX_ITEMS = 20_000
MAX_OPERANDS = 4_096  # of one step
MAX_ALL_OPERANDS = 40_000
ROLES = ("inputs", "targets", "seed", "learning_rate", "loss_scale")


class TooMuch(Exception):
    """The program may be as it should be, but reading it would take too long; `args[0]` says why."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One of the learner's frames; lines are 1-based."""

    line: int
    end_line: int
    column: int
    end_column: int
    function: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step was asked for.

    The learner's frames (innermost first), the library functions below them, the phase.
    """

    frames: tuple[Frame, ...] = ()
    api: tuple[str, ...] = ()
    phase: str = ""

    @property
    def line(self) -> int | None:
        """The innermost line of the learner's, None when there is none."""
        return self.frames[0].line if self.frames else None

    def beside(self, other: "Place") -> bool:
        """Whether one call of the learner's asked for both, whatever functions of the library did them."""
        same = (self.frames, self.phase) == (other.frames, other.phase)
        return self == other or (same and bool(self.frames))


@dataclass(frozen=True, slots=True)
class Variable:
    """dtype and shape of a value; `weak` as JAX has it."""

    dtype: str
    shape: tuple[int, ...]
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that no step makes; see the module's docstring."""

    dtype: str
    shape: tuple[int, ...]
    weak: bool = False
    value: float | None = None
    known: bool = True
    scale: int | None = 0
    lr: int | None = 0
    seed: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One operation; `index` is its place in the program."""

    index: int
    op: str
    operands: tuple[int, ...]
    results: tuple[int, ...]
    place: Place
    params: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output: its parameter's role (or group) and path, and the operand.

    None for what is no array.
    """

    role: str
    path: str
    operand: int | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Program:
    """A whole step. `makers` maps a variable to the step that makes it."""

    mode: str
    aligned: bool
    variables: tuple[Variable, ...]
    constants: tuple[Constant, ...]
    steps: tuple[Step, ...]
    inputs: tuple[Port, ...]
    returned: tuple[Port, ...]
    stored: tuple[Port, ...]
    optimizer: tuple[Port, ...]
    values: Mapping[int, tuple[float, ...]]
    makers: Mapping[int, Step]
    numbers: Mapping[str, float] = field(default_factory=dict)

    def maker(self, operand: int | None) -> Step | None:
        """The step that makes an operand, None for inputs and constants."""
        return None if operand is None else self.makers.get(operand)


def parse(data: Mapping[str, Any]) -> Program:
    """Check a program and make records of it.

    Raises:
        Malformed: it is not of the form above.
        TooMuch: it is, and is too large.
    """
    variables = tuple(_variable(item) for item in items(data, "variables", MAX_ITEMS))
    constants = tuple(_constant(item) for item in items(data, "constants", MAX_ITEMS))
    places = tuple(_place(item) for item in items(data, "places", MAX_ITEMS))
    operand = _operands(len(variables), len(constants))
    steps = tuple(
        _step(index, item, places, operand, len(variables))
        for index, item in enumerate(items(data, "steps", MAX_STEPS))
    )
    inputs = tuple(_port(item, operand, str(_get(item, "role"))) for item in items(data, "inputs", 64))
    makers = _makers(steps, inputs)
    outputs = mapping(data.get("outputs"), "outputs")
    returned, stored, optimizer = (
        tuple(_port(item, operand, group) for item in items(outputs, group, 256))
        for group in ("returned", "stored", "optimizer")
    )
    return Program(
        mode=short_text(data.get("mode")),
        aligned=data.get("aligned") is True,
        variables=variables,
        constants=constants,
        steps=steps,
        inputs=inputs,
        returned=returned,
        stored=stored,
        optimizer=optimizer,
        values=_values(data.get("values"), len(variables)),
        makers=makers,
        numbers=_numbers(data.get("numbers")),
    )


def _makers(steps: Sequence[Step], inputs: Sequence[Port]) -> dict[int, Step]:
    """Variable → its step; every operand must have been made before it is used."""
    if sum(len(step.operands) + len(step.results) for step in steps) > MAX_ALL_OPERANDS:
        raise TooMuch(f"its operations have more than {MAX_ALL_OPERANDS} operands")
    made = {port.operand for port in inputs}
    makers: dict[int, Step] = {}
    for step in steps:
        if any(item >= 0 and item not in made for item in step.operands):
            raise Malformed(f"steps[{step.index}] uses what isn't made yet")
        if any(item in made for item in step.results):
            raise Malformed(f"steps[{step.index}] makes something twice")
        made.update(step.results)
        makers.update(dict.fromkeys(step.results, step))
    return makers


def _get(item: object, key: str) -> Any:  # noqa: ANN401 - JSON
    return mapping(item, key).get(key)


def _variable(item: object) -> Variable:
    if not isinstance(item, list) or len(item) != 3:  # noqa: PLR2004 - dtype, shape, weak
        raise Malformed("a variable isn't [dtype, shape, weak]")
    return Variable(short_text(item[0]), sizes(item[1]), item[2] is True)


def _constant(item: object) -> Constant:
    value = _get(item, "value")
    return Constant(
        dtype=short_text(_get(item, "dtype")),
        shape=sizes(_get(item, "shape")),
        weak=_get(item, "weak") is True,
        value=_number(value),
        known=_get(item, "known") is True,
        scale=_degree(_get(item, "scale")),
        lr=_degree(_get(item, "lr")),
        seed=_get(item, "seed") is True,
    )


def _number(item: object) -> float | None:
    if isinstance(item, str):
        return float(item) if item in {"inf", "-inf", "nan"} else None
    return float(item) if isinstance(item, int | float) and not isinstance(item, bool) else None


def _degree(item: object) -> int | None:
    return None if item is None else whole(item, -64, 64)


def _place(item: object) -> Place:
    frames = items(mapping(item, "place"), "frames", 64)
    api = items(mapping(item, "place"), "api", 64)
    return Place(
        tuple(_frame(frame) for frame in frames),
        tuple(short_text(name) for name in api),
        short_text(_get(item, "phase")),
    )


def _frame(item: object) -> Frame:
    if not isinstance(item, list) or len(item) != 5:  # noqa: PLR2004 - line, end line, column, end column, function
        raise Malformed("a frame isn't [line, end line, column, end column, function]")
    numbers = [whole(number, 0, 10**7) for number in item[:4]]
    return Frame(numbers[0], numbers[1], numbers[2], numbers[3], short_text(item[4]))


def _operands(variables: int, constants: int) -> Callable[[object], int]:
    return lambda item: whole(item, -constants, variables - 1)


def _step(
    index: int, item: object, places: Sequence[Place], operand: Callable[[object], int], variables: int
) -> Step:
    data = mapping(item, f"steps[{index}]")
    return Step(
        index=index,
        op=short_text(data.get("op")),
        operands=tuple(operand(one) for one in items(data, "in", MAX_OPERANDS)),
        results=tuple(whole(one, 0, variables - 1) for one in items(data, "out", MAX_OPERANDS)),
        place=places[whole(data.get("at"), 0, len(places) - 1)],
        params=mapping(data.get("params"), "params"),
    )


def _port(item: object, operand: Callable[[object], int], role: str) -> Port:
    given = _get(item, "operand")
    name = _get(item, "name")
    return Port(
        role,
        short_text(_get(item, "path")),
        None if given is None else operand(given),
        name if isinstance(name, str) else "",
    )


def _numbers(item: object) -> dict[str, float]:
    given = item if isinstance(item, dict) else {}
    found = {short_text(role): _number(number) for role, number in list(given.items())[:64]}
    return {role: number for role, number in found.items() if number is not None}


def _values(item: object, variables: int) -> dict[int, tuple[float, ...]]:
    found: dict[int, tuple[float, ...]] = {}
    for key, numbers in mapping(item, "values").items():
        if not key.isdigit() or not isinstance(numbers, list) or len(numbers) != 5:  # noqa: PLR2004 - see the docstring
            raise Malformed("values are no lists of five numbers")
        if int(key) < variables and all(type(number) in {int, float} for number in numbers):
            found[int(key)] = tuple(float(number) for number in numbers)
    return found
