import copy
import dataclasses
import json

from hypothesis import given
from hypothesis import strategies as st
from styles_of_flow import RIGHT
from traced import flow_of, problem, traced

from judge.flow import read

PROGRAM = traced(RIGHT)["program"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**9) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)


def paths(item, path=()):
    yield path
    children = item.items() if isinstance(item, dict) else enumerate(item) if isinstance(item, list) else ()
    for key, child in children:
        yield from paths(child, (*path, key))


PATHS = [path for path in paths(PROGRAM) if path]


def replaced(path, value):
    data = copy.deepcopy(PROGRAM)
    target = data
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return data


def test_a_program_is_read():
    flow = read(PROGRAM, problem())
    assert flow.available
    assert flow.reason is None


def test_a_problem_without_a_compute_dtype_has_no_flow():
    plain = dataclasses.replace(problem(), compute_dtype=None)
    assert read(PROGRAM, plain).reason == "this problem has no compute dtype"


@given(st.dictionaries(st.sampled_from(sorted(PROGRAM)), JSON))
def test_any_mapping_is_a_flow_or_a_reason(data):
    flow = read({**PROGRAM, **data}, problem())
    assert flow.available == (flow.reason is None)


@given(st.sampled_from(PATHS), JSON)
def test_a_forged_program_is_a_flow_or_a_reason(path, value):
    flow = read(replaced(path, value), problem())
    assert flow.available == (flow.reason is None)


def test_a_step_that_uses_its_own_result_is_damaged():
    data = copy.deepcopy(PROGRAM)
    data["steps"][0]["in"] = data["steps"][0]["out"]
    assert read(data, problem()).reason == "the trace is damaged: steps[0] uses what isn't made yet"


def test_a_program_of_too_many_steps_is_damaged():
    data = {**PROGRAM, "steps": PROGRAM["steps"][:1] * 6_001}
    assert read(data, problem()).reason == "the trace is damaged: steps is no list of at most 6000"


def test_a_program_is_strict_json():
    assert json.loads(json.dumps(PROGRAM, allow_nan=False)) == PROGRAM


def test_code_that_fails_has_a_reason():
    flow = flow_of("def mixed_precision_step(seed, x, y, lr, loss_scale):\n    return 1 / 0")
    assert flow.reason == "the program could not be traced (ZeroDivisionError: division by zero)"
