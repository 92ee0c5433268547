from fractions import Fraction

import pytest
from styles_of_flow import RIGHT
from traced import flow_of

from judge.flow.training_step import TrainingStep


@pytest.fixture(scope="module")
def passes() -> TrainingStep:
    found = flow_of(RIGHT).passes
    assert found is not None
    return found


def test_products_errors_and_squares_are_found_once_a_pass(passes):
    for steps in (
        [item.step for item in passes.products],
        [item.step for item in passes.errors],
        passes.squares,
    ):
        assert [(passes.is_differentiated(step), passes.is_final(step)) for step in steps] == [
            (True, False),
            (False, True),
        ]


def test_a_product_knows_its_parameter_and_its_cast(passes):
    first, last = (passes.fact(item.parameter) for item in passes.products)
    assert (first.dtype, "seed" in first.depends, "update" in first.depends) == ("bfloat16", True, False)
    assert (last.dtype, "seed" in last.depends, "update" in last.depends) == ("bfloat16", True, True)
    assert [passes.rounds_to(passes.program.steps[index]) for index in first.rounded] == ["bfloat16"]


def test_gradients_lose_the_scale_and_gain_the_rate(passes):
    assert len(passes.gradients) == 2
    for gradient in passes.gradients:
        raw = {passes.fact(operand).scale for operand in gradient.raw}
        increment = passes.fact(gradient.increment)
        assert raw == {Fraction(1)}
        assert (increment.scale, increment.lr) == (0, 1)
        assert [step.op for step in gradient.region] == ["div", "mul"]


def test_the_returned_loss_is_narrow_and_depends_on_everything(passes):
    fact = passes.fact(passes.returned)
    assert fact.depends == {"inputs", "targets", "seed", "learning_rate", "loss_scale", "update"}
    assert fact.narrow
    assert fact.scale == 0


def test_lines_are_the_learners(passes):
    assert [item.step.place.line for item in passes.products] == [10, 10]
    assert [item.step.place.line for item in passes.errors] == [11, 11]
    assert {update.step.place.line for update in passes.updates} == {20}


@pytest.mark.parametrize(
    ("expression", "degree"),
    [
        ("loss_scale * loss_scale", 2),
        ("1 / loss_scale", -1),
        ("jnp.sqrt(loss_scale)", Fraction(1, 2)),
        ("loss_scale ** 3", 3),
        ("loss_scale + loss_scale", 1),
        ("loss_scale + 0.0", 1),
        ("loss_scale - 1.0", None),
        ("jnp.where(loss_scale > 1, loss_scale, 0.0)", 1),
        ("jnp.exp(loss_scale)", None),
        ("jnp.maximum(loss_scale, loss_scale)", 1),
    ],
)
def test_degrees_follow_arithmetic(expression, degree):
    source = f"""import jax.numpy as jnp
def mixed_precision_step(seed, x, y, lr, loss_scale):
    return jnp.reshape({expression}, 1)
"""
    passes = flow_of(source).passes
    assert passes.fact(passes.returned).scale == degree


def test_the_first_of_stacked_values_is_itself():
    source = """import jax.numpy as jnp
def mixed_precision_step(seed, x, y, lr, loss_scale):
    return jnp.stack([jnp.sum(x), jnp.sum(y)])[:1]
"""
    passes = flow_of(source).passes
    assert passes.fact(passes.returned).data == {"inputs"}


ELSEWHERE = """
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {masters}

    def mse(params):
        w, b, inputs, targets = (jnp.asarray(a, jnp.bfloat16) for a in (*params, x, y))
        return jnp.mean((inputs @ (w.T if w.shape[0] == y.shape[1] else w) + b - targets) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    params = [{update} for p, g in zip(params, grads)]
    return mse(params).astype(jnp.float32).reshape(1)
"""
IN_JAX = "[model.kernel[...], model.bias[...]]"
IN_NUMPY = "[np.asarray(model.kernel[...]).T.copy(), np.asarray(model.bias[...])]"
ON_THE_HOST = (
    "jax.pure_callback(lambda p, g: np.asarray(p - np.float32(lr) * g / np.float32(loss_scale)),"
    " jax.ShapeDtypeStruct(p.shape, p.dtype), p, g)"
)


@pytest.mark.parametrize(
    ("masters", "update", "steps"),
    [
        pytest.param(IN_NUMPY, "p - lr * (g / loss_scale)", {"div", "mul"}, marks=pytest.mark.more),
        (IN_JAX, ON_THE_HOST, set()),
    ],
)
def test_gradients_end_where_they_become_parameters_that_are_not_known_as_such(masters, update, steps):
    passes = flow_of(ELSEWHERE.format(masters=masters, update=update)).passes
    assert passes is not None
    assert passes.updates == ()
    assert len(passes.gradients) == 2
    for gradient in passes.gradients:
        assert {step.op for step in gradient.region} == steps
        assert gradient.increment is None
