"""What a program gives that was taken apart by one process and is evaluated by another."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from replayed import floats, passed
from thinned import thinned

from judge.sandbox.talking.case_inputs import as_wire
from judge.sandbox.talking.decode import value
from judge.sandbox.talking.requests import CaseInput, replay_question
from judge.worker.replay.evaluate import Replay, primitives, replay
from judge.worker.replay.primitive_data import Unencodable, decode, encode
from judge.worker.trace.trace import evaluable
from judge.worker.values import describe

X = np.array([[1.5, -2.25, 3.0], [0.1, 7.0, -0.3]], np.float32)
PARAMETERS = [{"name": "x", "kind": "array", "role": "inputs", "spec": None}]


def witnessed(function, mode="concrete"):
    """What is sent of a function of one array, by who doesn't know the array."""
    spec = {"file": "ada.py", "parameters": PARAMETERS, "arguments": [{"array": 0}], "mode": mode}
    return evaluable(function, {**spec, "arrays": [np.ones_like(X)]})


def evaluated(function, mode="concrete"):
    whole, constants = witnessed(function, mode)
    assert "reason" not in whole, whole
    case = CaseInput(name="one", arguments=({"array": 0},), arrays=(as_wire(X),))
    spec = {"mode": mode, "parameters": PARAMETERS}
    arrays = []
    described = describe(replay(passed(replay_question(case, spec, whole, constants))), arrays, limit=1 << 20)
    return value(described, arrays)


@jax.custom_jvp
def clipped(x):
    return jnp.minimum(x, 1.0)


clipped.defjvp(lambda primals, tangents: (clipped(*primals), tangents[0] * 2))


@jax.custom_vjp
def doubled(x):
    return x * 2


doubled.defvjp(lambda x: (x * 2, x), lambda x, given: (given * x,))


def scanned(x):
    def body(carry, row):
        return carry + row.sum() * 1.0, carry * row

    carry, rows = jax.lax.scan(body, 0.0, x, reverse=True)
    return rows + carry


CANNOT = " can't be evaluated without the submission"
KEY = jax.random.key(3)
MANY = np.arange(3 * 2**17, dtype=np.float32).reshape(3, -1)


FUNCTIONS = {
    "a call in a call": jax.jit(lambda x: jax.jit(jnp.tanh)(x) / 3),
    "a scan": scanned,
    "a while": lambda x: jax.lax.while_loop(lambda one: one.sum() < 100.0, lambda one: one + jnp.abs(x), x),
    "a count": lambda x: jax.lax.fori_loop(0, 3, lambda number, one: one * x + number, x),
    "two branches": lambda x: jax.lax.cond(x.sum() > 0, jnp.sin, jnp.cos, x),
    "branches by number": lambda x: jax.lax.switch(jnp.int32(2), [jnp.sin, jnp.cos, jnp.tan], x),
    "a gradient of its own, forward": jax.grad(lambda x: clipped(x).sum()),
    "a gradient of its own, backward": jax.grad(lambda x: doubled(x).sum()),
    "what is computed twice": jax.grad(lambda x: jax.checkpoint(lambda x: jnp.sin(jnp.sin(x)))(x).sum()),
    "random numbers": lambda x: x + jax.random.normal(jax.random.key(3), x.shape),
    "random numbers the old way": lambda x: x + jax.random.uniform(jax.random.PRNGKey(3), x.shape),
    "a key that is a constant": lambda x: x + jax.random.normal(KEY, x.shape),
    "rows by number": lambda x: x[jnp.array([1, 0, 1])],
    "rows added to": jax.grad(lambda x: (x[jnp.array([1, 0, 1])] ** 2).sum()),
    "sorted": lambda x: jnp.sort(x, axis=1) + jnp.argmax(x, axis=1)[:, None],
    "a product in bfloat16": lambda x: jnp.dot(
        x.astype(jnp.bfloat16), x.T.astype(jnp.bfloat16), preferred_element_type=jnp.float32
    ),
    "a product with a precision": lambda x: jnp.dot(x, x.T, precision="highest"),
    "a convolution": lambda x: jax.lax.conv_general_dilated(x[None], x.T[:, :, None], (1,), "SAME"),
    "numbers that JSON has no word for": lambda x: jnp.where(jnp.isnan(x * jnp.nan), jnp.inf, -jnp.inf) - x,
    "many at once": jax.vmap(lambda row: jnp.linalg.norm(row) * jnp.cumsum(row)),
    "a sum over devices": jax.shard_map(
        lambda x: jax.lax.psum(x, "devices"),
        mesh=jax.make_mesh((1,), ("devices",), axis_types=(jax.sharding.AxisType.Auto,)),
        in_specs=jax.P("devices"),
        out_specs=jax.P(),
    ),
    "printing": lambda x: (jax.debug.print("{}", x), x * 2)[1],
    "what it got": lambda x: x,
    "several": lambda x: {"b": x, "a": (x * 2, [x.sum()])},
}


@pytest.mark.parametrize("function", thinned(FUNCTIONS.values(), 3, ids=FUNCTIONS))
def test_a_program_gives_what_it_gave_bit_for_bit(function, capsys):
    arrays = []
    returned = describe(function(jnp.asarray(X)), arrays, limit=1 << 20)
    assert evaluated(function) == value(returned, arrays)
    assert capsys.readouterr().out.count("\n") <= 3, "what only prints is evaluated by nobody"


@pytest.mark.parametrize("mode", ["recorded", "watched"])
def test_a_run_that_was_noted_gives_what_it_gives_with_other_numbers(mode):
    def through_numpy(x):
        if float(jnp.abs(x).sum()) < 0:
            raise ValueError
        half = np.asarray(x * 0.3)
        return jnp.sin(jnp.asarray(half.reshape(-1)))

    wanted = jnp.sin((X * np.float32(0.3)).reshape(-1))
    assert floats(evaluated(through_numpy, mode)) == wanted.astype(float).tolist()


def test_what_a_witness_sends_of_the_arrays_is_nothing():
    whole, constants = witnessed(lambda x: x * 0.3 + x.sum())
    assert [array.shape for array in constants] == [()]
    assert whole["returned"] == {"array": 0}


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda x: jax.pure_callback(lambda x: x, x, x), "`pure_callback` (_FlatCallback)" + CANNOT),
        (lambda _: 3.0, "a returned float" + CANNOT),
        (lambda x: [x] * 65, "so many arrays" + CANNOT),
        (lambda x: x + 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda x: x @ MANY, "constants of so many bytes" + CANNOT),
        (None, "the entry point is a table of functions"),
    ],
)  # fmt: skip
def test_what_has_no_plain_form_says_so(function, reason):
    whole, constants = witnessed(function)
    assert (whole, constants) == ({"reason": reason}, ())


def test_a_program_without_end_is_too_long():
    def endless(x):
        for _ in range(20_001):
            x = jax.lax.neg_p.bind(x)
        return x

    assert witnessed(endless)[0]["reason"] == "TooLong: 20000"


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ({"op": "no_such_primitive", "params": {}}, "no_such_primitive"),
        ({"op": "sin", "params": {"accuracy": {"import": "os"}}}, "import"),
        ({"op": "sin", "params": {"accuracy": {"enum": ["lax", "add"]}}}, "enum"),
        ({"op": "reduce", "params": {"body": {"program": {}}}}, "reduce with a sub-program"),
    ],
)
def test_what_is_not_on_the_list_is_not_evaluated(step, reason):
    program = {"inputs": 1, "steps": [{**step, "in": [0], "out": [1], "dtypes": ["float32"]}], "outs": [1]}
    with pytest.raises(Unencodable) as caught:
        Replay([], []).run(program, [X])
    assert caught.value.args == (reason,)


def test_a_parameter_of_an_unknown_kind_has_no_plain_form():
    assert decode(encode(float("inf"), lambda _: None), lambda _: None) == float("inf")
    with pytest.raises(Unencodable):
        encode(object(), lambda _: None)


def test_jax_still_tells_its_primitives_in_public_modules():
    assert {"add", "dot_general", "random_bits", "add_any", "erf_inv", "convert_element_type"} <= set(
        primitives()
    )
