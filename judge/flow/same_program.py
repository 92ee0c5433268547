"""Whether a program that was read is the one that was evaluated.

What is evaluated (judge/worker/replay/evaluable.py) keeps loops, branches and calls, and is traced at a
case's own shapes and numbers. Here it is made flat as judge/worker/trace/program.py makes what is read, and
both are compared: the operations that returned values need, in their order, what they work on and in which
dtype.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, groupby
from typing import Any

from judge.flow.program import Constant, Program

MOST_STEPS = 20_000
INNER = ("jaxpr", "call_jaxpr", "fun_jaxpr")
# Parameters that don't depend on shapes; both sides tell them.
COMPARED = (
    "new_dtype",
    "preferred_element_type",
    "y",
    "exponent_bits",
    "mantissa_bits",
    "permutation",
    "axes",
)
RESULTS = ("join", "rows")  # of loops and branches, one after the other
SHOWN_ITEMS = 8  # of a parameter that is a tuple, in what is read

Operand = int | str  # a value by its number, or a constant by its dtype


@dataclass(frozen=True, slots=True)
class Flat:
    """One operation of either program."""

    op: str
    operands: tuple[Operand, ...]
    results: tuple[int, ...]
    dtypes: tuple[str, ...]
    params: tuple[Any, ...] = ()


class Strange(Exception):
    """This is no program that can be made flat."""


def same(program: Program, evaluable: Mapping[str, Any]) -> bool:
    """Whether both do the same.

    Args:
        program: what is read.
        evaluable: "program" and "constants" (the dtype of each) of what is evaluated: plain data that was
            forged, perhaps.
    """
    try:
        other = _Flattened(evaluable)
        ours = _canonical(_steps(program), _inputs(program), _returned(program))
        return ours == _canonical(other.steps, other.inputs, other.returned)
    except (Strange, LookupError, TypeError, ValueError, AttributeError, RecursionError):
        return False


def _inputs(program: Program) -> list[int]:
    return [port.operand for port in program.inputs if port.operand is not None]


def _returned(program: Program) -> list[Operand]:
    return [_operand(port.operand, program) for port in program.returned if port.operand is not None]


def _steps(program: Program) -> list[Flat]:
    return [
        Flat(
            step.op,
            tuple(_operand(operand, program) for operand in step.operands),
            step.results,
            tuple(_plain_dtype(program.variables[result].dtype) for result in step.results),
            tuple(_told(step.params.get(name)) for name in COMPARED),
        )
        for step in program.steps
    ]


def _operand(operand: int, program: Program) -> Operand:
    return operand if operand >= 0 else _plain_dtype(_constant(program, operand).dtype)


def _constant(program: Program, operand: int) -> Constant:
    return program.constants[-1 - operand]


def _plain_dtype(name: str) -> str:
    """Keys of random numbers are of one kind, whatever they are called."""
    return "key" if name.startswith("key") else name


def _canonical(
    steps: Sequence[Flat], inputs: Sequence[int], returned: Sequence[Operand]
) -> tuple[int, list[Any], list[Operand]]:
    """What is returned, and the steps that it needs, with values numbered in the order of their making.

    Copies count for nothing: a cast that changes nothing leaves one, or none where JAX has traced it before.
    """
    needed, kept = set(returned), []
    for _, group in groupby(reversed(steps), key=_Whole()):
        whole = list(group)
        if not needed.isdisjoint(result for step in whole for result in step.results):
            needed.update(operand for step in whole for operand in step.operands)
            kept += whole
    names: dict[Operand, Operand] = dict(zip(inputs, count(), strict=False))
    numbers = count(len(inputs))
    told = []
    for step in reversed(kept):
        operands = [_named(operand, names) for operand in step.operands]
        if step.op == "copy" and len(operands) == len(step.results) == 1:
            names[step.results[0]] = operands[0]
            continue
        names.update(zip(step.results, numbers, strict=False))
        told.append((step.op, operands, [names[result] for result in step.results], step.dtypes, step.params))
    return len(inputs), told, [_named(operand, names) for operand in returned]


class _Whole:
    """Tells steps apart, but not the results of one loop: each may go into another on the next turn."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, step: Flat) -> int:
        self.number += step.op not in RESULTS
        return -1 - self.number if step.op in RESULTS else self.number


def _named(operand: Operand, names: Mapping[Operand, Operand]) -> Operand:
    return operand if isinstance(operand, str) else names[operand]


@dataclass(slots=True)
class _Flattened:
    """A nested program without its nests."""

    evaluable: Mapping[str, Any]
    steps: list[Flat] = field(default_factory=list)
    inputs: list[int] = field(default_factory=list)
    returned: list[Operand] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        program = self.evaluable["program"]
        self.inputs = self.new(_size(program["inputs"]))
        self.returned = self.inline(program, list(self.inputs))

    def new(self, count: int) -> list[int]:
        self.count += count
        return list(range(self.count - count, self.count))

    def inline(self, program: Mapping[str, Any], operands: Sequence[Operand]) -> list[Operand]:
        if program["inputs"] != len(operands):
            raise Strange("a call of a program with other operands")
        env: dict[int, Operand] = dict(enumerate(operands))

        def read(operand: int) -> Operand:
            return env[operand] if operand >= 0 else _plain_dtype(self.evaluable["constants"][-1 - operand])

        for step in program["steps"]:
            results = self.step(step, [read(operand) for operand in step["in"]])
            env.update(zip(step["out"], results, strict=True))
        return [read(operand) for operand in program["outs"]]

    def step(self, step: Mapping[str, Any], operands: list[Operand]) -> Sequence[Operand]:
        params, dtypes = step["params"], step["dtypes"]
        nests = {"scan": self.scan, "while": self.loop, "cond": self.branches}
        if step["op"] in nests:
            return nests[step["op"]](params, operands, dtypes)
        for key in INNER:
            inner = _inner(params.get(key))
            if inner is not None and inner["inputs"] == len(operands) and len(inner["outs"]) == len(dtypes):
                return self.inline(inner, operands)
        return self.add(step["op"], operands, dtypes, params)

    def add(
        self, op: str, operands: Iterable[Operand], dtypes: Sequence[str], params: Mapping[str, Any]
    ) -> list[int]:
        if len(self.steps) >= MOST_STEPS:
            raise Strange("too many operations")
        results = self.new(len(dtypes))
        kept = tuple(_encoded(params.get(name)) for name in COMPARED)
        names = tuple(_plain_dtype(dtype) for dtype in dtypes)
        self.steps.append(Flat(op, tuple(operands), tuple(results), names, kept))
        return results

    def joined(self, groups: Iterable[Sequence[Operand]], dtypes: Sequence[str]) -> list[Operand]:
        return [self.add("join", group, [dtype], {})[0] for group, dtype in zip(groups, dtypes, strict=True)]

    def scan(self, params: Mapping[str, Any], operands: list[Operand], dtypes: list[str]) -> list[Operand]:
        fixed, carries = _size(params["num_consts"]), _size(params["num_carry"])
        start, rows = operands[fixed : fixed + carries], operands[fixed + carries :]
        inner = params["jaxpr"]["program"]
        kinds = inner["dtypes"][fixed + carries :]
        rows = [self.add("row", [row], [kind], {})[0] for row, kind in zip(rows, kinds, strict=True)]
        outs = self.inline(inner, [*operands[:fixed], *start, *rows])
        carried = self.joined(zip(start, outs[:carries], strict=True), dtypes[:carries])
        made = zip(outs[carries:], dtypes[carries:], strict=True)
        return [*carried, *(self.add("rows", [out], [dtype], {})[0] for out, dtype in made)]

    def loop(self, params: Mapping[str, Any], operands: list[Operand], dtypes: list[str]) -> list[Operand]:
        tested, fixed = _size(params["cond_nconsts"]), _size(params["body_nconsts"])
        outs = self.inline(params["body_jaxpr"]["program"], operands[tested:])
        return self.joined(zip(operands[tested + fixed :], outs, strict=True), dtypes)

    def branches(
        self, params: Mapping[str, Any], operands: list[Operand], dtypes: list[str]
    ) -> list[Operand]:
        programs = [item["program"] for item in params["branches"]["tuple"]]
        outs = [self.inline(program, operands[1:]) for program in programs]
        return self.joined(zip(*outs, strict=True), dtypes)


def _size(item: object) -> int:
    if type(item) is not int or not 0 <= item <= MOST_STEPS:
        raise Strange("a number of operands that is none")
    return item


def _inner(item: object) -> Mapping[str, Any] | None:
    return item["program"] if isinstance(item, dict) and "program" in item else None


def _encoded(item: object) -> object:
    """A parameter as it is told of a program that is read."""
    if not isinstance(item, dict):
        return item
    ((kind, given),) = item.items()
    if kind == "dtype":
        return given
    return tuple(_encoded(one) for one in given[:SHOWN_ITEMS]) if kind in {"tuple", "list"} else None


def _told(item: object) -> object:
    return tuple(_told(one) for one in item) if isinstance(item, list) else item
