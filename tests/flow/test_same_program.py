"""What is read and what is evaluated, held against each other."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from replayed import witnessed
from traced import flow_of

from judge.flow.program import Program
from judge.flow.same_program import same

STEP = """
import jax, jax.numpy as jnp
def mixed_precision_step(seed, x, y, lr, loss_scale):
    def body(carry, row):
        return carry + row.astype(jnp.bfloat16).sum(), jnp.sin(row) * carry.astype(jnp.float32)
    carry, rows = jax.lax.scan(body, jnp.bfloat16(seed), x)
    rows = jax.lax.while_loop(lambda one: one[0, 0] < 1, lambda one: one * 2 + y.sum(), rows)
    rows = jax.lax.cond(carry > 0, jnp.sin, jax.jit(lambda one: one.T.T - 1), rows)
    jnp.cos(rows)  # for nobody
    return (rows.sum() * lr / loss_scale).reshape(1)
"""


def parsed(source: str = STEP) -> Program:
    passes = flow_of(source).passes
    assert passes is not None
    return passes.program


def sent(source: str = STEP) -> dict[str, Any]:
    """What comes of a witness, as `Replay.evaluable` has it."""
    whole, constants = witnessed(source, "variables")
    dtypes = ["key" if impl else constants[index].dtype for impl, index in whole["constants"]]
    return {"program": whole["program"], "constants": dtypes}


def find(program: Mapping[str, Any], op: str) -> dict[str, Any]:
    """The first step of this name, in whichever nest."""
    for step in program["steps"]:
        if step["op"] == op:
            return step
        for value in step["params"].values():
            inner = value if isinstance(value, dict) else {}
            for one in [inner, *inner.get("tuple", ())]:
                if isinstance(one, dict) and "program" in one and (found := find(one["program"], op)):
                    return found
    return {}


def test_loops_branches_and_calls_are_the_same_at_other_shapes():
    assert same(parsed(), sent())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("jnp.sin(row)", "jnp.cos(row)"),
        ("row.astype(jnp.bfloat16).sum()", "row.astype(jnp.float16).sum().astype(jnp.bfloat16)"),
        ("* lr / loss_scale", "* loss_scale / lr"),
        (".T.T - 1", ".T.T + 1"),
        ("one * 2 + y.sum()", "one + y.sum()"),
        ("return (rows.sum()", "return (rows.max()"),
        ("return (rows.sum()", "return (carry.astype(jnp.float32)"),
    ],
)
def test_another_program_is_another(old: str, new: str):
    assert old in STEP
    assert not same(parsed(), sent(STEP.replace(old, new)))


def test_what_nobody_needs_and_copies_count_for_nothing():
    assert same(parsed(), sent(STEP.replace("jnp.cos(rows)", "jnp.tan(rows)")))
    assert same(parsed(), sent(STEP.replace("jnp.sin(row) *", "jnp.copy(jnp.sin(row)) *")))


def set_op(step: dict[str, Any]) -> None:
    step["op"] = "cos"


def set_dtype(step: dict[str, Any]) -> None:
    step["dtypes"] = ["bfloat16"]


def set_operand(step: dict[str, Any]) -> None:
    step["in"] = [99]


def set_params(step: dict[str, Any]) -> None:
    step["params"] = None


@pytest.mark.parametrize("change", [set_op, set_dtype, set_operand, set_params])
def test_one_changed_step_is_seen(change: Any):
    whole = deepcopy(sent())
    change(find(whole["program"], "sin"))
    assert not same(parsed(), whole)


def test_axes_and_dtypes_of_accumulation_are_compared():
    whole = deepcopy(sent())
    find(whole["program"], "reduce_sum")["params"]["axes"] = {"tuple": [5]}
    assert not same(parsed(), whole)


def test_an_input_that_is_missing_is_seen():
    program = parsed()
    assert not same(replace(program, inputs=program.inputs[1:]), sent())


def nested(depth: int) -> dict[str, Any]:
    program: dict[str, Any] = {"inputs": 1, "steps": [], "outs": [0]}
    for _ in range(depth):
        step = {
            "op": "jit",
            "in": [0],
            "out": [1],
            "dtypes": ["float32"],
            "params": {"jaxpr": {"program": program}},
        }
        program = {"inputs": 1, "steps": [step], "outs": [1]}
    return program


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"program": 3, "constants": []},
        {"program": {"inputs": -1, "steps": [], "outs": []}, "constants": []},
        {"program": {"inputs": 10**9, "steps": [], "outs": []}, "constants": []},
        {"program": {"inputs": 4, "steps": [{"op": []}], "outs": []}, "constants": []},
        {"program": {"inputs": 4, "steps": None, "outs": [0]}, "constants": []},
        {"program": {"inputs": 4, "steps": [], "outs": [-1]}, "constants": []},
        {"program": {"inputs": 4, "steps": [], "outs": [{}]}, "constants": []},
        {"program": nested(5000), "constants": []},
    ],
)  # fmt: skip
def test_what_is_no_program_is_not_the_same(forged: dict[str, Any]):
    assert not same(parsed(), forged)
