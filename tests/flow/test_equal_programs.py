"""Programs as they are traced: the same where all that is returned is made in the same way."""

import pytest

from judge.flow.equal_programs import equal
from judge.flow.program import Program, parse

PLACES = [{"frames": [], "api": [], "phase": ""}]
INPUT = {"name": "x", "role": "inputs", "path": "", "operand": 0}
TWO = {
    "dtype": "float32",
    "shape": [],
    "weak": True,
    "value": 2.0,
    "known": True,
    "scale": 0,
    "lr": 0,
    "seed": False,
}


def program(*steps: tuple[str, list[int], str], returned: int, constant: float = 2.0) -> Program:
    """Steps give the variables 1, 2 and so on; -1 is the constant."""
    made = [
        {"op": op, "in": operands, "out": [number], "at": 0, "params": {}}
        for number, (op, operands, _) in enumerate(steps, 1)
    ]
    outputs = {
        "returned": [{"path": "", "operand": returned, "dtype": "float32"}],
        "stored": [],
        "optimizer": [],
    }
    return parse(
        {
            "version": 1,
            "mode": "variables",
            "aligned": True,
            "variables": [["float32", [4], False], *([dtype, [4], False] for *_, dtype in steps)],
            "constants": [TWO | {"value": constant}],
            "places": PLACES,
            "steps": made,
            "inputs": [INPUT],
            "values": {},
            "outputs": outputs,
        }
    )


F32, BF16 = "float32", "bfloat16"
DOUBLED = program(("mul", [0, -1], F32), ("neg", [1], F32), returned=2)


@pytest.mark.parametrize(
    "other",
    [
        program(("mul", [-1, 0], F32), ("neg", [1], F32), returned=2),
        program(("exp", [0], F32), ("mul", [0, -1], F32), ("neg", [2], F32), returned=3),
        program(("copy", [0], F32), ("mul", [1, -1], F32), ("neg", [2], F32), returned=3),
        program(("convert_element_type", [0], F32), ("mul", [1, -1], F32), ("neg", [2], F32), returned=3),
    ],
)
def test_order_copies_and_what_is_not_needed_do_not_count(other: Program):
    assert equal(DOUBLED, other)


@pytest.mark.parametrize(
    "other",
    [
        program(("mul", [0, -1], F32), ("neg", [1], F32), returned=1),
        program(("mul", [0, -1], F32), ("neg", [1], F32), returned=2, constant=3.0),
        program(("mul", [0, 0], F32), ("neg", [1], F32), returned=2),
        program(("sub", [0, -1], F32), ("neg", [1], F32), returned=2),
        program(("mul", [0, -1], BF16), ("neg", [1], BF16), returned=2),
        program(("convert_element_type", [0], BF16), ("mul", [1, -1], F32), ("neg", [2], F32), returned=3),
    ],
)
def test_another_operation_operand_constant_or_dtype_does(other: Program):
    assert not equal(DOUBLED, other)
