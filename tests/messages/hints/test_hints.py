"""Every trap is run on the installed versions: a new release that says it in other words fails here."""

import linecache
import sys
from pathlib import Path

import jax.numpy as jnp
import pytest

from judge.evidence import ExceptionFact
from judge.messages.hints import hint
from judge.problem.model import Parameter
from judge.sandbox.talking.decode import exception_fact as decoded
from judge.worker.load import MODULE, LoadError, exception_fact, load

HEAD = """\
import math
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

def step(seed, x, y, lr):
    w = jnp.ones((4, 2))
    def mse(w):
        return jnp.mean((x @ w - y) ** 2)
"""
PARAMETERS = tuple(
    Parameter(name=name, kind="float", role=role)
    for name, role in (("seed", "seed"), ("x", "inputs"), ("y", "targets"), ("lr", "learning_rate"))
)
SHAPES = {"x": (8, 4), "y": (8, 2)}
YET = "has no number yet where JAX differentiates or compiles a function"
KEEP = "to use the number afterwards, return it beside the loss, with `has_aux=True`"
UNKNOWN = "so that nobody can tell yet whether it is true"
THERE = "jax, flax, optax, numpy and Python's own library"
SGD = "`learning_rate`, `momentum`, `nesterov`, `accumulator_dtype`"
GIVEN = "In this case `x` is (8, 4) and `y` is (8, 2)"
ONE_NUMBER = "what is differentiated has to give one number, of shape ()"


@pytest.fixture(autouse=True)
def _no_traces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, MODULE, raising=False)


def raised(source: str) -> ExceptionFact:
    """What comes out of the worker, and of the wall, when this is judged."""
    try:
        found = load(source, "ada.py", "step", ("seed", "x", "y", "lr"), None)
        assert found.call is not None
        found.call(3.0, jnp.ones((8, 4)), jnp.ones((8, 2)), 0.1)
    except LoadError as error:
        return decoded(error.fact["exception"])
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the test is about
        return decoded(exception_fact(error, "ada.py"))
    finally:
        linecache.cache.pop("ada.py", None)
    pytest.fail("nothing was raised")


def told(*lines: str) -> str | None:
    source = HEAD + "".join(f"    {line}\n" for line in lines)
    return hint(raised(source), source, PARAMETERS, SHAPES)


def inside(*lines: str) -> str | None:
    """The same in a function that is differentiated, where `loss` is a placeholder."""
    body = ("def f(w):", "    loss = mse(w)", *(f"    {line}" for line in lines), "    return loss")
    return told(*body, "jax.grad(f)(w)")


def compiled(*lines: str) -> str | None:
    """The same in a function that is compiled."""
    body = ("def f(w):", "    loss = mse(w)", *(f"    {line}" for line in lines), "    return loss")
    return told(*body, "jax.jit(f)(w)")


@pytest.mark.parametrize("made", ["nnx.Rngs(seed)", "jax.random.PRNGKey(seed)", "jax.random.key(seed)"])
def test_a_float_seed_is_to_be_cast(made: str) -> None:
    assert told(made) == (
        "a random key is made from a whole number, and `seed` is a float: write `int(seed)`"
    )


def test_a_seed_that_is_compiled_has_no_number_yet() -> None:
    for made in ("nnx.Rngs(s)", "nnx.Rngs(s.astype(int))"):
        assert told(f"jax.jit(lambda s: {made}.params())(seed)") == (
            "a random key is made here, and `seed` isn't known yet where a function is compiled: make the"
            " model before that, and hand it over"
        )


@pytest.mark.parametrize("made", ["jnp.split(w, n)", "jnp.arange(n)"])
def test_a_number_of_parts_that_is_compiled_is_to_be_static(made: str) -> None:
    assert told(f"jax.jit(lambda n: {made})(2)") == (
        f"a whole number is needed here, and this one {YET}: use a Python number, or tell `jax.jit` that this"
        " argument is one, with `static_argnames`"
    )


def test_other_floats_where_whole_numbers_belong() -> None:
    assert told("np.random.default_rng(lr + 2)") == (
        "a random key is made from a whole number, and this is none: write `int(seed)`"
    )
    assert (
        told("range(seed)")
        == "a whole number is needed here, and this is a float: write `int(...)` around it"
    )
    assert told("jnp.zeros((seed, 2))") == (
        "a shape is made of whole numbers, such as `x.shape[-1]`: one of these is none"
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("print(float(loss))", "loss"),
        ("losses = [float(2 * loss)]", "2 * loss"),
        ("print('%.3f' % loss)", "value"),
        ("w.tolist()", "w"),
        ("print(f'{loss:.3f}')", "loss"),
        ("print('loss', f'{mse(w):.3f}', seed)", "mse(w)"),
        ("print('{:.3f}'.format(loss))", "value"),
    ],
)
def test_a_number_that_is_asked_of_a_placeholder(line: str, code: str) -> None:
    assert inside(line) == f'`{code}` {YET}: to see it, write `jax.debug.print("{{}}", {code})`; {KEEP}'


def test_a_number_that_is_asked_of_a_placeholder_in_jit() -> None:
    expected = f'`loss` {YET}: to see it, write `jax.debug.print("{{}}", loss)`; {KEEP}'
    assert compiled("loss.item()") == compiled("int(loss)") == expected


@pytest.mark.parametrize(
    ("line", "function", "argument", "instead"),
    [
        ("np.asarray(w)", "np.asarray", "`w`", "asarray"),
        ("np.array(w * 2)", "np.array", "`w * 2`", "asarray"),
        ("math.sqrt(loss)", "math.sqrt", "`loss`", "sqrt"),
        ("np.linalg.norm(w)", None, None, None),
        ("np.isfinite(loss + 1)", "np.isfinite", "`loss + 1`", "isfinite"),
    ],
)
def test_numpy_and_math_on_a_placeholder(line: str, function: str, argument: str, instead: str) -> None:
    found = inside(line)
    assert found is not None
    if function is not None:
        assert found == (
            f"`{function}` needs numbers, and {argument} {YET}: use `jnp.{instead}` in place of `{function}`,"
            " or call it on what the function returned"
        )


@pytest.mark.parametrize(
    ("lines", "start", "end"),
    [
        (("if loss > 1:", "    loss = loss / 2"), f"`loss > 1` {YET}, {UNKNOWN}", "`jax.lax.cond`"),
        (("loss = loss if loss < 9 else 9",), f"`loss < 9` {YET}, {UNKNOWN}", "`jax.lax.cond`"),
        (("loss = max(loss, 1.0)",), f"the condition {YET}, {UNKNOWN}", "`jax.lax.cond`"),
        (("while loss > 1:", "    loss = loss / 2"), f"`loss > 1` {YET}", "`jax.lax.while_loop`"),
        (("assert jnp.isfinite(loss)",), f"`jnp.isfinite(loss)` {YET}", "on what the function returned"),
    ],
)
def test_a_choice_by_a_placeholder(lines: tuple[str, ...], start: str, end: str) -> None:
    found = compiled(*lines)
    assert found is not None
    assert (found[: len(start)], found[-len(end) :]) == (start, end)


def test_the_other_uses_of_placeholders() -> None:
    assert (compiled("range(loss.astype(int))") or "").startswith(
        f"a whole number is needed here, and this one {YET}"
    )
    assert (compiled("jnp.zeros(loss.astype(int))") or "").startswith("a whole number is needed here")
    assert (compiled("w[w > 0]") or "").startswith(f"how many elements are chosen {YET}")
    leak = ("kept = []", "def f(w):", "    kept.append(mse(w))", "    return mse(w)", "jax.grad(f)(w)")
    assert (told(*leak, "kept[0] + 1") or "").startswith("a value from inside of a function")
    assert (told(*leak, "float(kept[0])") or "").startswith(f"`kept[0]` {YET}")


def test_a_model_from_outside_that_is_changed_where_it_is_differentiated() -> None:
    lines = (
        "model = nnx.Linear(4, 2, rngs=nnx.Rngs(0))",
        "def f(m):",
        "    model.kernel[...] = model.kernel[...].astype(jnp.bfloat16)",
        "    return jnp.mean(m(x))",
        "nnx.grad(f)(model)",
    )
    assert (told(*lines) or "").startswith("the model from outside is changed in a function that JAX")


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("nnx.Optimizer(m, optax.sgd(lr))", "`nnx.Optimizer(model, tx, wrt=nnx.Param)`"),
        (
            "nnx.Optimizer(m, optax.sgd(lr), wrt=nnx.Param).update(nnx.state(m))",
            "`optimizer.update(model, grads)`",
        ),
        (
            "nnx.Optimizer(m, optax.sgd(lr), wrt=nnx.Param).apply_gradients(1)",
            "`optimizer.update(model, grads)`",
        ),
        ("nnx.Linear(4, 2)", "`rngs=nnx.Rngs(int(seed))`"),
    ],
)
def test_what_flax_asks_for(line: str, remedy: str) -> None:
    assert (told("m = nnx.Linear(4, 2, rngs=nnx.Rngs(0))", line) or "").endswith(remedy)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("lambda w: (x @ w - y) ** 2", "and this function gives an array of shape (8, 2): take its mean"),
        (
            "lambda w: mse(w).reshape(1)",
            "and this function gives an array of shape (1,): reshape it outside of this function",
        ),
        ("lambda w: None", "and this function gives nothing: its `return` is missing"),
    ],
)
def test_what_can_be_differentiated(function: str, expected: str) -> None:
    assert told(f"jax.grad({function})(w)") == f"{ONE_NUMBER}, {expected}"


def test_more_than_the_loss_needs_has_aux() -> None:
    assert told("jax.grad(lambda w: (mse(w), 1))(w)") == (
        f"{ONE_NUMBER}; what else the function returns needs `has_aux=True`: `return loss, more`"
    )
    assert (told("(loss, more), g = jax.value_and_grad(mse)(w)") or "").endswith(
        "`value_and_grad` gives `loss, grads`, and with `has_aux=True` `(loss, more), grads`"
    )


@pytest.mark.parametrize(
    ("line", "start"),
    [
        (
            "nnx.state(m).astype(jnp.bfloat16)",
            "a `State` is a tree of arrays, and each leaf is cast by itself",
        ),
        ("{'w': w}.astype(jnp.bfloat16)", "a `dict` is a tree of arrays, and each leaf is cast by itself"),
        ("nnx.state(m) / 2.0", "a `State` is a tree of arrays, and `/` works on each leaf"),
        ("{'w': w} * 2.0", "a `dict` is a tree of arrays, and `*` works on each leaf"),
        ("nnx.state(m)(x)", "a `State` holds parameters, it is no model"),
        ("x[0] = 1", "an array of JAX can't be changed"),
        (
            "jax.lax.fori_loop(0, 3, lambda i, c: c.astype(jnp.bfloat16), 0 * w)",
            (
                "what a loop carries keeps its dtype and shape: it goes in as float32[4,2] and"
                " comes out as bfloat"
            ),
        ),
    ],
)
def test_trees_arrays_and_loops(line: str, start: str) -> None:
    found = told("m = nnx.Linear(4, 2, rngs=nnx.Rngs(0))", line)
    assert (found or "").startswith(start)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x.astype(jnp.bf16)", "there is no `bf16` here: it is `jnp.bfloat16`"),
        ("x.astype(jnp.bfloat)", "there is no `bfloat` here: it is `jnp.bfloat16`"),
        ("x.astype(jnp.bflaot16)", "there is no `bflaot16` here. Did you mean `bfloat16`?"),
        (
            "x.astype(np.bfloat16)",
            "there is no `bfloat16` here: it is `jnp.bfloat16`: NumPy has no such dtype of its own",
        ),
        ("nnx.Liner(4, 2)", "there is no `Liner` here. Did you mean `Linear`?"),
        ("optax.SGD(lr)", "there is no `SGD` here. Did you mean `sgd`?"),
        ("x.asType(jnp.bfloat16)", "there is no `asType` here. Did you mean `astype`?"),
        ("jax.tree_map(abs, x)", "there is no `tree_map` here: it is `jax.tree.map`"),
        ("m.kernal", "there is no `kernal` here. Did you mean `kernel`?"),
        (
            "m.weight",
            (
                "there is no `.weight` here, which other libraries and versions have: it is"
                " `kernel`, of shape"
                " (inputs, outputs)"
            ),
        ),
        (
            "x.to(jnp.bfloat16)",
            "there is no `.to` here, which other libraries and versions have: it is `x.astype(dtype)`",
        ),
        (
            "m = None; m.kernel",
            "the value before `.kernel` is None: what gave it has no `return`, or changes things in place",
        ),
        ("nnx.Linear(4, 2, rng=nnx.Rngs(0))", "`Linear` has no argument `rng`. Did you mean `rngs`?"),
        (
            "nnx.Linear(4, 2, rngs=nnx.Rngs(0), dtyp=1)",
            "`Linear` has no argument `dtyp`. Did you mean `dtype`?",
        ),
        (
            "optax.sgd(lr=lr)",
            f"`sgd` has no argument `lr`; it takes {SGD}",
        ),
        ("mse(weights=w)", "`mse` has no argument `weights`; it takes `w`"),
        ("x.astype('bf16')", "there is no dtype 'bf16': did you mean `jnp.bfloat16`?"),
        ("x.astype('fp32')", "there is no dtype 'fp32': did you mean `jnp.float32`?"),
        ("jnp.zeros(3, dtype='bfloat61')", "there is no dtype 'bfloat61': did you mean `jnp.bfloat16`?"),
        (
            "import torch",
            f"`torch` isn't installed where submissions run; there are {THERE}",
        ),
        ("from jax.numpy import bflota16", "`jax.numpy` has no `bflota16`. Did you mean `bfloat16`?"),
        ("lax.dot(x, w)", "`lax` was never imported: write `from jax import lax` at the top of the file"),
        ("return mes(w)", "there is no `mes`. Did you mean `mse`?"),
    ],
)
def test_names_that_are_not_there(line: str, expected: str) -> None:
    assert told("m = nnx.Linear(4, 2, rngs=nnx.Rngs(0))", line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "x @ jnp.ones((2, 4))",
            (
                "in a matmul `a @ b` the last axis of `a` is as long as the first of `b`, and here they have"
                f" 4 and 2. {GIVEN}"
            ),
        ),
        (
            "np.ones((8, 4)) @ np.ones((8, 2))",
            (
                "in a matmul `a @ b` the last axis of `a` is as long as the first of `b`, and here they have"
                f" 4 and 8. {GIVEN}"
            ),
        ),
        ("x - y", f"arrays of the shapes (8, 4) and (8, 2) don't fit together. {GIVEN}"),
        (
            "np.ones((8, 4)) - np.ones((8, 2))",
            f"arrays of the shapes (8, 4) and (8, 2) don't fit together. {GIVEN}",
        ),
        (
            "y.reshape(1)",
            (
                "the array has shape (8, 2), which are 16 numbers, and can't become (1,): make"
                " one number of it first,"
                " with `jnp.mean`"
            ),
        ),
        (
            "y.reshape((3, -1))",
            (
                "the array has shape (8, 2), which are 16 numbers, and can't become (3, -1):"
                " another shape has to be"
                " asked for"
            ),
        ),
    ],
)
def test_shapes_that_do_not_fit_are_told_beside_those_of_the_case(line: str, expected: str) -> None:
    assert told(line) == expected


@pytest.mark.parametrize("line", ["1 / 0", "raise ValueError('no')", "assert lr > 1", "[].pop()", "seed()"])
def test_what_says_it_all_itself_gets_no_hint(line: str) -> None:
    assert told(line) is None


def test_a_notebook_that_was_renamed_is_recognised() -> None:
    source = '{"cells": [], "metadata": null}'
    assert (
        hint(raised(source), source)
        == "this is a notebook's own file: call it .ipynb, then its code is judged"
    )


@pytest.mark.parametrize("line", ["display(lr)", "get_ipython().run_line_magic('time', '')", "In[1]"])
def test_what_only_a_notebook_has_is_told(line: str) -> None:
    assert (told(line) or "").startswith(f"only a notebook has `{line.partition('(')[0].partition('[')[0]}`")


def test_a_message_is_never_made_of_code_that_is_long_or_would_end_the_quotation() -> None:
    assert (inside(f"float(loss + {'1 + ' * 30}1)") or "").startswith(f"`value` {YET}")
    assert (inside("float({'`': loss}['`'])") or "").startswith(f"`value` {YET}")


def test_a_large_file_gets_its_hint_without_being_parsed() -> None:
    source = HEAD + "    nnx.Rngs(seed)\n" + "#" * (1 << 16)
    assert hint(raised(source), source, PARAMETERS, SHAPES) == (
        "a random key is made from a whole number, and this is none: write `int(seed)`"
    )


def test_the_samples_of_the_exercise_that_raise_have_a_remedy() -> None:
    folder = Path(__file__).parents[3] / "submissions" / "mixed_precision_step" / "examples" / "runtime_error"
    source = (folder / "float_seed.py").read_text().replace("mixed_precision_step", "step")
    source = source.replace(", loss_scale)", ", loss_scale=1.0)")
    assert (hint(raised(source), source, PARAMETERS) or "").endswith("write `int(seed)`")
