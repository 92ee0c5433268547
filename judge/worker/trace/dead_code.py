"""What is left of a program when it is too large: what outputs or gradients need, then what outputs need."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

MAX_STEPS = 6000  # operations of one program
MAX_ITEMS = 20_000  # variables, constants
MAX_OPERANDS = 4_096  # of one operation
MAX_ALL_OPERANDS = 40_000  # of all operations
MAX_BYTES = 480 * 1024  # as JSON; the answer as a whole may have 512 KiB
CONSTANT_BYTES = 110  # what is told of one
BACKWARD = "backward"


def reductions(program: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The program, then without what neither outputs nor gradients need, then without what no output needs.

    What is computed of gradients is kept as long as it fits: that an update is discarded can be read of it.
    """
    yield program
    outputs = _outputs(program)
    for wanted in (outputs | _of_gradients(program), outputs):
        yield _only(program, _needed(program["steps"], wanted))


def fits(program: Mapping[str, Any]) -> bool:
    """Whether a program is small enough to be read; its constants may still be arrays."""
    steps = program["steps"]
    sizes = [len(step["in"]) + len(step["out"]) for step in steps]
    return (
        len(steps) <= MAX_STEPS
        and max(len(program["variables"]), len(program["constants"]), len(program["places"])) <= MAX_ITEMS
        and max(sizes, default=0) <= MAX_OPERANDS
        and sum(sizes) <= MAX_ALL_OPERANDS
        and len(json.dumps({**program, "constants": []})) + CONSTANT_BYTES * len(program["constants"])
        <= MAX_BYTES
    )


def _bytes(program: Mapping[str, Any]) -> int:
    return len(json.dumps({**program, "constants": []})) + CONSTANT_BYTES * len(program["constants"])


def _outputs(program: Mapping[str, Any]) -> set[int]:
    ports = [port for group in program["outputs"].values() for port in group]
    return {port["operand"] for port in ports if port["operand"] is not None}


def _of_gradients(program: Mapping[str, Any]) -> set[int]:
    """What backward passes make, and what is made of that."""
    made: set[int] = set()
    for step in program["steps"]:
        if program["places"][step["at"]]["phase"] == BACKWARD or not made.isdisjoint(step["in"]):
            made.update(step["out"])
    return made


def _needed(steps: Sequence[Mapping[str, Any]], wanted: Iterable[int]) -> list[Mapping[str, Any]]:
    """The steps that make what is wanted, in their order."""
    needed, kept = set(wanted), []
    for step in reversed(steps):
        if not needed.isdisjoint(step["out"]):
            needed.update(step["in"])
            kept.append(step)
    return kept[::-1]


def _only(program: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The program of these steps: variables, constants and places that are used nowhere are gone."""
    ports = [*program["inputs"], *(port for group in program["outputs"].values() for port in group)]
    used = {operand for step in steps for operand in (*step["in"], *step["out"])}
    used |= {port["operand"] for port in ports if port["operand"] is not None}
    variables = sorted(operand for operand in used if operand >= 0)
    constants = sorted((operand for operand in used if operand < 0), reverse=True)
    new = {operand: number for number, operand in enumerate(variables)}
    new |= {operand: -1 - number for number, operand in enumerate(constants)}
    places = {old: number for number, old in enumerate(dict.fromkeys(step["at"] for step in steps))}

    def port(item: Mapping[str, Any]) -> dict[str, Any]:
        return {**item, "operand": None if item["operand"] is None else new[item["operand"]]}

    return {
        **program,
        "variables": [program["variables"][operand] for operand in variables],
        "constants": [program["constants"][-1 - operand] for operand in constants],
        "places": [program["places"][old] for old in places],
        "steps": [
            {
                **step,
                "in": [new[operand] for operand in step["in"]],
                "out": [new[operand] for operand in step["out"]],
                "at": places[step["at"]],
            }
            for step in steps
        ],
        "inputs": [port(item) for item in program["inputs"]],
        "outputs": {name: [port(item) for item in group] for name, group in program["outputs"].items()},
        "values": {
            str(new[int(key)]): numbers for key, numbers in program["values"].items() if int(key) in new
        },
    }
