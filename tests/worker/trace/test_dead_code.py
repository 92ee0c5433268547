from judge.flow.program import MAX_ALL_OPERANDS, MAX_ITEMS, MAX_OPERANDS, MAX_STEPS, parse
from judge.sandbox.session import TRACE_KIB
from judge.worker.trace import dead_code
from judge.worker.trace.dead_code import fits, reductions


def step(op: str, operands: list[int], results: list[int], at: int = 0) -> dict:
    return {"op": op, "in": operands, "out": results, "at": at, "params": {}}


def place(line: int, phase: str = "") -> dict:
    return {"frames": [[line, line, 0, 1, "step"]], "api": [], "phase": phase}


def port(operand: int | None) -> dict:
    return {"role": "inputs", "name": "x", "path": "", "operand": operand, "dtype": "float32"}


CONSTANT = {"dtype": "float32", "shape": [], "weak": False, "value": 2.0, "known": True, "scale": 0, "lr": 0}


def example() -> dict:
    """x · 2 is returned; a gradient is made of x, and halved; x + 3 is for nothing."""
    return {
        "mode": "concrete",
        "aligned": True,
        "variables": [["float32", [size], False] for size in range(1, 7)],
        "constants": [{**CONSTANT, "value": value} for value in (3.0, 2.0, 0.5)],
        "places": [place(1), place(2, "backward"), place(3), place(4)],
        "steps": [
            step("add", [0, -1], [1], 0),
            step("transpose", [0], [2], 1),
            step("mul", [2, -3], [3], 2),
            step("mul", [0, -2], [5], 3),
        ],
        "inputs": [port(0)],
        "outputs": {"returned": [port(5), port(None)], "stored": [], "optimizer": []},
        "values": {"1": [0.0] * 5, "5": [1.0] * 5},
    }


def test_first_all_is_kept_then_what_gradients_make_then_what_outputs_need():
    kept = [[step["op"] for step in one["steps"]] for one in reductions(example())]
    assert kept == [["add", "transpose", "mul", "mul"], ["transpose", "mul", "mul"], ["mul"]]


def test_what_is_left_is_a_whole_program_of_its_own():
    *_, last = reductions(example())
    read = parse(last)
    assert [variable.shape for variable in read.variables] == [(1,), (6,)]
    assert [constant.value for constant in read.constants] == [2.0]
    (only,) = read.steps
    assert (only.operands, only.results, only.place.line) == ((0, -1), (1,), 4)
    assert [one.operand for one in (*read.inputs, *read.returned)] == [0, 1, None]
    assert read.values == {1: (1.0,) * 5}


def test_bounds_are_those_of_who_reads_it():
    assert (dead_code.MAX_STEPS, dead_code.MAX_ITEMS) == (MAX_STEPS, MAX_ITEMS)
    assert (dead_code.MAX_OPERANDS, dead_code.MAX_ALL_OPERANDS) == (MAX_OPERANDS, MAX_ALL_OPERANDS)
    assert TRACE_KIB * 1024 - dead_code.MAX_BYTES >= 16 * 1024


def test_each_bound_is_looked_at():
    program = example()
    assert fits(program)
    assert not fits({**program, "steps": [step("mul", [0], [1])] * (MAX_STEPS + 1)})
    assert not fits({**program, "steps": [step("concatenate", [0] * (MAX_OPERANDS + 1), [1])]})
    assert not fits({**program, "steps": [step("concatenate", [0] * 4000, [1])] * 11})
    assert not fits({**program, "constants": [CONSTANT] * 5000})
    assert not fits({**program, "places": [place(1)] * (MAX_ITEMS + 1)})
    assert not fits({**program, "places": [{**place(1), "api": ["jax/" + "a" * 100] * 40}] * 150})
