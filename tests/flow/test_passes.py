from fractions import Fraction

import pytest
from styles_of_flow import RIGHT
from traced import flow_of

from judge.flow.passes import Passes


@pytest.fixture(scope="module")
def passes() -> Passes:
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
