import numpy as np
import pytest
from traced import NUMBERS, arrays, entry, file_of, problem, traced

from judge.flow import program as flow_program
from judge.flow import trace_spec
from judge.worker.trace import dead_code
from judge.worker.trace.trace import trace

LINEAR = """import jax, jax.numpy as jnp, numpy as np
from flax import nnx
def mixed_precision_step(seed, x, y, lr, loss_scale):
    w = jax.random.normal(jax.random.key(int(seed)), (x.shape[1], y.shape[1]))
    {body}
"""

PARAMETERS = [parameter.name for parameter in problem().parameters]


def program(body: str) -> dict:
    answer = traced(LINEAR.format(body=body))
    assert answer["reason"] is None
    return answer["program"]


def ops(data: dict) -> list[str]:
    return [step["op"] for step in data["steps"]]


def test_arrays_are_abstract_and_numbers_are_variables():
    data = program("return (x @ w * lr * loss_scale).sum().reshape(1)")
    assert data["mode"] == "variables"
    assert [item["role"] for item in data["inputs"]] == ["inputs", "targets", "learning_rate", "loss_scale"]
    lr = data["inputs"][2]["operand"]
    assert data["variables"][lr] == ["float32", [], True]


def test_named_axes_get_distinct_primes():
    data = program("return (x @ w).sum().reshape(1)")
    shapes = [data["variables"][item["operand"]][1] for item in data["inputs"][:2]]
    assert shapes == [[13, 11], [13, 7]]


def test_code_that_asks_for_a_python_float_is_traced_with_concrete_numbers():
    data = program("return (x @ w * float(lr) / float(loss_scale)).sum().reshape(1)")
    assert data["mode"] == "concrete"
    degrees = {(item["lr"], item["scale"]) for item in data["constants"]}
    assert {(1, 0), (0, 1)} <= degrees


def test_code_that_asks_for_values_is_recorded():
    data = program("z = x @ w; print(float(z[0, 0])); return np.array([z.sum().item()], dtype=np.float32)")
    assert data["mode"] == "recorded"
    (returned,) = data["outputs"]["returned"]
    assert data["steps"][-1]["out"] == [returned["operand"]]


def test_a_number_that_left_jax_is_recognised_when_it_comes_back():
    data = program("z = np.asarray(x @ w); return jnp.sum(jnp.asarray(z)).reshape(1)")
    assert data["mode"] == "recorded"
    assert all(constant["known"] for constant in data["constants"])
    assert "dot_general" in ops(data)


def quotients(factor: str, divisor: str = "jnp.sqrt(jnp.vdot(w, w))") -> int:
    """How often a number is divided by what left JAX as `n`."""
    data = program(f"n = ({divisor}).item(); return (x @ w * ({factor})).sum().reshape(1)")
    assert data["mode"] == "recorded"
    return ops(data).count("div")


def test_a_short_number_that_was_divided_by_one_that_left_jax_is_recognised():
    assert quotients("0.25 / n") == 1
    assert quotients("min(1.0, 0.25 / (n + 1e-6))") == 1


def test_a_number_is_no_quotient_unless_it_and_its_divisor_are_long_and_their_product_is_short():
    assert quotients("0.2512345 / n") == 0
    assert quotients("0.25 / (n + 1.0)") == 0
    assert quotients("0.25") == 0
    assert quotients("0.1 / n", divisor="jnp.ceil(jnp.vdot(w, w)) + 6.0") == 0


def test_a_result_that_numpy_made_may_depend_on_anything():
    data = program("return np.asarray(x @ w).sum().reshape(1) * 0.3")
    assert data["constants"][-1]["known"] is False


def test_the_seed_shows_in_the_constants():
    data = program("return (x @ w).sum().reshape(1)")
    assert data["aligned"] is True
    assert [constant["seed"] for constant in data["constants"]].count(True) == 1


def test_programs_of_different_length_are_not_aligned():
    data = program("w = w * 2.0 if seed > 5 else w; return (x @ w).sum().reshape(1)")
    assert data["aligned"] is False


@pytest.mark.parametrize(
    "body",
    [
        "return jax.jit(lambda a: a @ w)(x).sum().reshape(1)",
        "return jax.checkpoint(lambda a: a @ w)(x).sum().reshape(1)",
        "return jax.lax.map(lambda row: row @ w, x).sum().reshape(1)",
        "return jax.lax.fori_loop(0, 3, lambda i, a: a + (x @ w).sum(), 0.0).reshape(1)",
        "return jax.lax.while_loop(lambda a: a < 1, lambda a: a + (x @ w).sum(), 0.0).reshape(1)",
        "return jax.lax.cond(x[0, 0] > 0, lambda: x @ w, lambda: x @ w * 2).sum().reshape(1)",
        "return jax.vmap(lambda row: row @ w)(x).sum().reshape(1)",
        "return jax.nn.relu(x @ w).sum().reshape(1)",
    ],
)
def test_sub_programs_are_put_in_their_place(body):
    data = program(body)
    assert "dot_general" in ops(data)
    assert not {"jit", "pjit", "scan", "while", "cond", "remat", "checkpoint", "custom_jvp_call"} & set(
        ops(data)
    )


def test_a_line_inside_of_a_jitted_function_is_followed_by_the_calling_line():
    data = program("f = jax.jit(lambda a:\n        a @ w)\n    return f(x).sum().reshape(1)")
    step = next(step for step in data["steps"] if step["op"] == "dot_general")
    assert [frame[0] for frame in data["places"][step["at"]]["frames"]] == [6, 7]


def test_forward_and_backward_are_told_apart():
    data = program("g = jax.grad(lambda w: ((x @ w) ** 2).sum())(w); return g.sum().reshape(1)")
    phases = {data["places"][step["at"]]["phase"] for step in data["steps"] if step["op"] == "dot_general"}
    assert phases == {"forward", "backward"}


def test_constructed_models_show_what_they_store():
    data = program("m = nnx.Linear(4, 2, rngs=nnx.Rngs(0)); return (x @ w).sum().reshape(1)")
    assert [item["path"] for item in data["outputs"]["stored"]] == ["bias", "kernel"]


def test_an_exception_is_the_reason():
    answer = traced(LINEAR.format(body="raise KeyError('nothing here')"))
    assert answer == {
        "available": False,
        "program": None,
        "reason": "the program could not be traced (KeyError: 'nothing here')",
    }


def test_leaving_the_process_is_the_reason():
    answer = traced(LINEAR.format(body="raise SystemExit(3)"))
    assert answer["reason"] == "the program could not be traced (SystemExit: 3)"


def watched(body: str, **changes: object) -> dict:
    """A run on the case's own numbers; `changes` are those of the arguments."""
    numbers = [changes.get(name, given) for name, given in zip(PARAMETERS, NUMBERS, strict=True)]
    source = LINEAR.format(body=body)
    case = {"file": file_of(source), "arguments": numbers, "arrays": arrays(), "watch": True}
    answer = trace(entry(source), trace_spec(problem()) | case)
    assert answer["reason"] is None
    return answer["program"]


ONLY_ARRAYS = "assert not isinstance(x, jax.core.Tracer); "


def test_code_that_refuses_to_be_traced_is_seen_in_a_run_that_looks_like_any_other():
    body = ONLY_ARRAYS + "return (x @ w.astype(jnp.bfloat16)).sum().reshape(1)"
    assert not traced(LINEAR.format(body=body))["available"]
    data = watched(body)
    assert data["mode"] == "watched"
    assert data["aligned"] is True
    assert {"dot_general", "convert_element_type"} <= set(ops(data))
    (returned,) = data["outputs"]["returned"]
    assert data["steps"][-1]["out"] == [returned["operand"]]


@pytest.mark.parametrize("seed", [0.0, 1.0, 8.0, 24.0, 3.5])
def test_what_the_numbers_of_a_case_went_into_is_seen_in_a_watched_run(seed):
    body = (
        ONLY_ARRAYS + "return (x @ w * lr + seed * x.sum() + (x * (seed + 1)).sum() / loss_scale).reshape(-1)"
    )
    constants = watched(body, seed={"number": seed})["constants"]
    degrees = {(item["lr"], item["scale"]) for item in constants if not item["seed"]}
    assert {(1, 0), (0, 1)} <= degrees
    assert [item["seed"] for item in constants].count(True) >= 3


def test_a_cast_that_changes_nothing_shows_in_a_watched_run():
    data = watched("h = jnp.asarray(x, jnp.bfloat16); return jnp.asarray(h, jnp.bfloat16).sum().reshape(1)")
    assert "copy" in ops(data)


def test_a_number_that_comes_back_is_recognised_in_a_watched_run():
    data = watched(ONLY_ARRAYS + "return jnp.sum(jnp.asarray(np.asarray(x @ w)) * 0.3).reshape(1)")
    assert all(constant["known"] for constant in data["constants"])
    assert "dot_general" in ops(data)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program is too long sooner: one of 6,000 operations takes seconds to trace."""
    for place in ("dead_code", "trace"):
        monkeypatch.setattr(f"judge.worker.trace.{place}.MAX_STEPS", 360)


UNUSED = "z = x\n    for _ in range(420): z = z + 1.0\n    "


@pytest.mark.usefixtures("few")
def test_what_nothing_depends_on_makes_no_program_too_long():
    data = program(UNUSED + "return (x @ w).sum().reshape(1)")
    assert len(data["steps"]) < 100
    assert data["aligned"] is True
    assert "dot_general" in ops(data)
    assert len(data["variables"]) < 200


@pytest.mark.usefixtures("few")
def test_numbers_that_nothing_depends_on_leave_the_others_origins_known():
    loose = UNUSED.replace("1.0", "1.0 if seed > 5 or _ else -z")
    assert program(loose + "return (x @ w).sum().reshape(1)")["aligned"] is True


@pytest.mark.usefixtures("few")
def test_an_update_that_goes_nowhere_is_kept_of_a_program_that_is_too_long():
    body = "g = jax.grad(lambda w: (x @ w).sum())(w); v = jnp.tan(g); return (x @ w).sum().reshape(1)"
    assert {"tan", "dot_general"} <= set(ops(program(UNUSED + body)))
    many = "g = jax.grad(lambda w: (x @ w).sum())(w)\n    for _ in range(420): g = g * 2.0\n    "
    assert "tan" not in ops(program(many + "v = jnp.tan(g); return (x @ w).sum().reshape(1)"))


def test_the_worker_sends_as_many_operations_as_the_judge_reads():
    assert dead_code.MAX_STEPS == flow_program.MAX_STEPS


@pytest.mark.usefixtures("few")
def test_a_long_program_is_not_read():
    answer = traced(LINEAR.format(body="for _ in range(420): x = x + 1.0\n    return x"))
    assert answer["reason"] == "the program has more than 360 operations"


def test_a_table_of_functions_is_not_traced():
    assert trace(None, {})["reason"] == "the entry point is a table of functions"


def test_values_are_measured_when_they_are_asked_for():
    source = LINEAR.format(body="return (x @ w).sum().reshape(1)")
    spec = trace_spec(problem(), values=True) | {
        "file": "/submission.py",
        "arguments": NUMBERS,
        "arrays": arrays(),
    }
    data = trace(entry(source), spec)["program"]
    low, middle, high, zeros, strange = data["values"]["0"]
    rows, columns = data["variables"][0][1]
    sizes = np.abs(arrays()[0].astype("float64"))[np.arange(rows) % 8][:, np.arange(columns) % 4]
    assert (low, middle, high) == (sizes.min(), np.median(sizes), sizes.max())
    assert (zeros, strange) == (0, 0)
    assert traced(source)["program"]["values"] == {}
