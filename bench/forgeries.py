"""Programs that no submission has, as a forged trace may send them: as large as the wire lets through."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

BYTES = 500 * 1024
STEPS, OPERANDS = 5_990, 39_900
KERNEL, PREDICTION = [4, 2], [8, 2]
PHASES = ("", "forward", "backward")
PLAIN, FORWARD, BACKWARD = range(3)
INPUTS = (("x", "inputs"), ("y", "targets"), ("lr", "learning_rate"), ("loss_scale", "loss_scale"))
X, Y, LR = range(3)
CONSTANT = {"dtype": "float32", "shape": KERNEL, "weak": False, "value": None, "known": True}
CONSTANT |= {"scale": 0, "lr": 0, "seed": True}


class Forgery:
    """A program that grows: it begins with a prediction, an error and a gradient."""

    def __init__(self, kernels: int = 1) -> None:
        self.kernels = kernels
        self.variables: list[Any] = [["float32", shape, False] for shape in ([8, 4], PREDICTION, [], [])]
        self.steps: list[dict[str, Any]] = []
        self.operands = 0
        self.size = 2_000 + kernels * len(json.dumps(CONSTANT))
        prediction = self.add("dot_general", X, -1, at=FORWARD, shape=PREDICTION, dtype="bfloat16")
        self.error = self.add("sub", prediction, Y, at=FORWARD, shape=PREDICTION, dtype="bfloat16")
        self.gradient = self.backward()

    def add(
        self, op: str, *operands: int, at: int = PLAIN, shape: Sequence[int] = KERNEL, dtype: str = "float32"
    ) -> int:
        """One more step; its result."""
        self.variables.append([dtype, list(shape), False])
        result = len(self.variables) - 1
        self.steps.append({"op": op, "in": list(operands), "out": [result], "at": at, "params": {}})
        self.operands += len(operands) + 1
        self.size += len(json.dumps(self.steps[-1])) + len(json.dumps(self.variables[-1])) + 4
        return result

    def backward(self) -> int:
        """One more gradient."""
        return self.add("dot_general", self.error, X, at=BACKWARD)

    @property
    def full(self) -> bool:
        """Whether no more is let through."""
        return len(self.steps) >= STEPS or self.operands >= OPERANDS or self.size >= BYTES

    def grown(self, grow: Callable[[int], int], first: int) -> dict[str, Any]:
        """The program with `grow` applied to its own result until it is full; that is what updates."""
        last = first
        while not self.full:
            last = grow(last)
        return self.whole(self.add("sub", -1, last))

    def whole(self, *updated: int) -> dict[str, Any]:
        """The program with these as results."""
        ports = [{"path": "", "operand": operand, "dtype": "float32"} for operand in updated[:60]]
        places = [
            {"frames": [[line, line, 0, 9, "f"]], "api": [], "phase": phase}
            for line, phase in enumerate(PHASES, start=1)
        ]
        inputs = [{"name": n, "role": role, "path": "", "operand": i} for i, (n, role) in enumerate(INPUTS)]
        return {
            "mode": "variables",
            "aligned": True,
            "variables": self.variables,
            "constants": [CONSTANT] * self.kernels,
            "places": places,
            "steps": self.steps,
            "inputs": inputs,
            "outputs": {"returned": ports, "stored": ports, "optimizer": []},
            "values": {},
        }


def chain(op: str, at: int) -> dict[str, Any]:
    """One value goes through thousands of steps, in two dtypes by turns."""
    one = Forgery()
    turns = {"float32": "bfloat16", "bfloat16": "float32"}
    return one.grown(lambda last: one.add(op, last, at=at, dtype=turns[one.variables[last][0]]), one.gradient)


def wide(op: str, at: int, count: int) -> dict[str, Any]:
    """Each step takes the results of those before it."""
    one = Forgery()
    made = [one.gradient] * count

    def grow(_: int) -> int:
        made.append(one.add(op, *made[-count:], at=at))
        return made[-1]

    return one.grown(grow, one.gradient)


def leaves(region: int) -> dict[str, Any]:
    """Gradients that go nowhere, as many as there is room for."""
    one = Forgery()
    while not one.full:
        last = one.backward()
        for _ in range(region):
            last = last if one.full else one.add("mul", last, LR)
    return one.whole(one.error)


def updates(count: int, region: int) -> dict[str, Any]:
    """Many parameters take one gradient that goes through the same steps."""
    one = Forgery(count)
    last = one.gradient
    for _ in range(region):
        last = one.add("mul", last, LR)
    return one.whole(*[one.add("sub", -1 - number, last) for number in range(count)])


def hub(count: int) -> dict[str, Any]:
    """Many parameters take one sum of thousands of gradients."""
    one = Forgery(count)
    raw = [one.backward() for _ in range(3_000)]
    last = one.add("concatenate", *raw)
    return one.whole(*[one.add("sub", -1 - number, last) for number in range(count)])


def products() -> dict[str, Any]:
    """Thousands of predictions, errors and squares."""
    one = Forgery(300)

    def grow(last: int) -> int:
        made = one.add("dot_general", X, -1 - last % 300, at=FORWARD, shape=PREDICTION)
        error = one.add("sub", made, Y, at=FORWARD, shape=PREDICTION)
        one.add("mul", error, error, at=FORWARD, shape=PREDICTION)
        return last + 1

    while not one.full:
        grow(len(one.steps))
    return one.whole(one.add("sub", -1, one.backward()))


def evaluations() -> dict[str, Any]:
    """Thousands of predictions of updated parameters, summed into what is returned."""
    one = Forgery()
    new = one.add("sub", -1, one.gradient)
    total = one.add("dot_general", X, new, shape=PREDICTION)
    while not one.full:
        made = one.add("dot_general", X, new, shape=PREDICTION)
        total = one.add("add", total, one.add("sub", made, Y, shape=PREDICTION), shape=PREDICTION)
    return one.whole(total)


def inputs_through(length: int) -> dict[str, Any]:
    """Inputs that are cast to and fro a thousand times, and then meet parameters thousands of times."""
    one = Forgery()
    last = X
    for number in range(length):
        dtype = "float32" if number % 2 else "bfloat16"
        last = one.add("convert_element_type", last, at=FORWARD, shape=[8, 4], dtype=dtype)
    made = last
    while not one.full:
        made = one.add("dot_general", last, -1, at=FORWARD, shape=PREDICTION, dtype="bfloat16")
    one.error = one.add("sub", made, Y, at=FORWARD, shape=PREDICTION)
    return one.whole(one.add("sub", -1, one.backward()))


FORGERIES: dict[str, Callable[[], dict[str, Any]]] = {
    **{
        f"{op}, phase {PHASES[at] or 'none'}": partial(chain, op, at)
        for op in ("neg", "convert_element_type", "reshape")
        for at in (PLAIN, FORWARD, BACKWARD)
    },
    **{
        f"{op} of {count}": partial(wide, op, PLAIN, count)
        for op, count in (("concatenate", 6), ("join", 6), ("add", 2))
    },
    **{f"gradients that go {region} steps": partial(leaves, region) for region in (0, 5, 50, 900)},
    "updates": partial(updates, 250, 60),
    "hub": partial(hub, 250),
    "products": products,
    "evaluations": evaluations,
    "casts of inputs": partial(inputs_through, 2_500),
}
