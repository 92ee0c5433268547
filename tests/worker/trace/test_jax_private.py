"""Each test names the part of JAX or Flax that a new release has changed, should it fail."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from judge.worker.trace.jax_private import constructions, is_literal, open_program, place_of, visible_casts
from judge.worker.trace.recording_private import Recording, TooLong, recording


def equations(function, *arguments):
    return jax.make_jaxpr(function)(*arguments).jaxpr.eqns


def test_an_equation_says_the_line_and_the_library_functions_it_came_through():
    (equation,) = equations(lambda x: x.astype(jnp.bfloat16), 1.0)
    place = place_of(equation.source_info, __file__)
    assert place.frames[0][4] == "<lambda>"
    assert "jax/astype" in place.api


def test_the_name_stack_says_forward_and_backward():
    phases = [place_of(one.source_info, __file__).phase for one in equations(jax.grad(jnp.sin), 1.0)]
    assert set(phases) == {"forward", "backward"}


def test_literals_and_sub_programs_are_recognised():
    (equation,) = equations(jax.jit(lambda x: x + 2.0), 1.0)
    inner, constants = open_program(equation.params["jaxpr"])
    assert list(constants) == []
    assert [is_literal(atom) for atom in inner.eqns[0].invars] == [False, True]
    assert open_program(3) is None


def test_constructed_objects_are_noted_and_merged_ones_are_not():
    made = []
    with constructions(made.append):
        model = nnx.Linear(2, 3, rngs=nnx.Rngs(0))
        nnx.merge(*nnx.split(model))
    assert [type(item) for item in made if isinstance(item, nnx.Module)] == [nnx.Linear]
    nnx.Linear(2, 3, rngs=nnx.Rngs(0))
    assert len([item for item in made if isinstance(item, nnx.Module)]) == 1


def recorded(function, *values):
    trace = Recording(100)
    arguments = [trace.add(jnp.asarray(value)) for value in values]
    with recording(trace):
        result = function(*arguments)
    return trace, result


def test_a_recording_evaluates_and_notes():
    trace, result = recorded(lambda x: jax.lax.neg(jax.lax.sin(x)), 3.0)
    assert float(result) == pytest.approx(-np.sin(3.0))
    assert [step.name for step in trace.steps] == ["sin", "neg"]
    assert trace.steps[-1].results == (result.reference,)


def test_a_recorded_value_can_be_read_in_every_way():
    _, x = recorded(lambda x: x, np.float32(2.0))
    _, n = recorded(lambda x: x, np.int32(2))
    assert (float(x), int(n), bool(x), x.item(), x.tolist(), f"{x:.1f}") == (2.0, 2, True, 2.0, 2.0, "2.0")
    assert [1, 2, 3][n] == 3
    assert np.asarray(x).dtype == np.float32
    assert repr(x) == "Array(2., dtype=float32)"
    assert x.block_until_ready() is x
    assert x.sharding is not None


def test_reading_a_value_is_noted():
    trace, x = recorded(lambda x: x, 2.0)
    float(x)
    assert trace.exported == [x.reference]


def test_gradients_are_recorded_with_their_phases():
    trace, _ = recorded(jax.grad(lambda x: jnp.sin(x) * x), 2.0)
    phases = {place_of(step.source, __file__).phase for step in trace.steps}
    assert {"forward", "backward"} <= phases


def test_a_differentiated_function_can_branch_on_values():
    _, slope = recorded(jax.grad(lambda x: x * x if x > 0 else x), 3.0)
    assert float(slope) == 6.0


@pytest.mark.parametrize(
    "function",
    [
        jax.jit(jnp.sin),
        jax.nn.relu,
        jax.checkpoint(jnp.sin),
        lambda x: jax.lax.cond(x > 0, jnp.sin, jnp.cos, x),
    ],
)
def test_calls_are_evaluated_as_they_are(function):
    _, result = recorded(function, 0.5)
    assert float(result) == float(function(0.5))


def test_a_recording_ends_at_its_limit():
    def long(x):
        for _ in range(200):
            x = x + 1.0
        return x

    with pytest.raises(TooLong):
        recorded(long, 0.0)


def test_a_cast_that_changes_nothing_leaves_a_copy_to_half_precision_only():
    def names():
        def cast(x):
            return jnp.asarray(x.astype(jnp.float32).astype(jnp.bfloat16).astype(jnp.bfloat16), jnp.bfloat16)

        return [equation.primitive.name for equation in equations(cast, np.float32(1.0))]

    with visible_casts():
        assert names() == ["convert_element_type", "copy", "copy"]
    assert names() == ["convert_element_type"]
