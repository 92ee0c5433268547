"""What names are given: dtype and shape, as the traced program has them."""

import pytest
from styles_of_flow import RIGHT
from traced import flow_of

from judge.flow.assigned import MOST_VALUES
from judge.flow.listing import listing

SQUARE = ["float32[13, 13]"]
BOTH = [["float32[11, 11]", "float32[]"]]
MASTERS = ["float32[11, 7]", "float32[7]"]


def told(source: str) -> dict[str, list[list[str]]]:
    """Name, with its line where there are several → the values in each call."""
    found = {}
    for item in listing(flow_of(source), source)["assigned"]:
        calls = [[f"{leaf['dtype']}{leaf['shape']}" for leaf in leaves] for leaves in item["values"]]
        found[f"{item['name']}:{item['line']}" if item["name"] in found else item["name"]] = calls
    return found


def replaced(old: str, new: str) -> str:
    assert RIGHT.count(old) == 1
    return RIGHT.replace(old, new)


def test_the_names_of_the_recipe():
    assert told(RIGHT) == {
        "half": [["bfloat16[11, 7]", "bfloat16[7]"]],
        "pred": [["bfloat16[13, 7]"]],
        "error": [["bfloat16[13, 7]"]],
        "model": [MASTERS],
        "grads": [MASTERS],
        "grads:19": [MASTERS],
    }


def test_a_place_is_behind_the_name_in_characters():
    source = replaced("    pred = half(", "    é, pred = 1, half(").replace("pred - y", "pred - 0 * é - y")
    (pred,) = [one for one in listing(flow_of(source), source)["assigned"] if one["name"] == "pred"]
    assert (pred["line"], pred["end_column"]) == (10, len("    é, pred") + 1)


def test_another_value_in_another_call_is_told_beside_it():
    source = replaced("    return mse(model, x, y)", "    return mse(model, x[:5], y[:5])")
    assert told(source)["pred"] == [["bfloat16[13, 7]"], ["bfloat16[5, 7]"]]


@pytest.mark.parametrize(
    ("old", "new", "name", "value"),
    [
        ("    error = pred -", "    error: jax.Array = pred -", "error", [["bfloat16[13, 7]"]]),
        (
            "    return jnp.mean(error**2)",
            "    return jnp.mean((e2 := error**2))",
            "e2",
            [["bfloat16[13, 7]"]],
        ),
        ("    pred = half(", "    a = pred = half(", "pred", [["bfloat16[13, 7]"]]),
        (
            "    pred = half(x.astype(jnp.bfloat16))",
            "    x = x\n    pred = half(x.astype(jnp.bfloat16))",
            "x",
            None,
        ),
        ("    grads = nnx.grad(", "    loss, grads = nnx.value_and_grad(", "loss", None),
        ("    optimizer =", "    sgd = optax.sgd(lr)\n    optimizer =", "sgd", None),
        (
            "    grads = jax",
            "    halved = x @ x.T\n    y = y + 0 * halved.sum()\n    grads = jax",
            "halved",
            [SQUARE],
        ),
        ("    pred = half(", "    loss = lambda e: e * 2\n    pred = loss(1) * half(", "loss", None),
        (
            "    pred = half(",
            "    both = [x.T @ x, x.sum()]\n    pred = half(both[0][0, 0] + both[1] + ",
            "both",
            BOTH,
        ),
    ],
)
def test_other_ways_to_give_a_name(old: str, new: str, name: str, value: object):
    source = replaced(old, new)
    if "sgd =" in new:
        source = source.replace("optax.sgd(lr), wrt", "sgd, wrt")
    assert told(source).get(name) == value


def test_what_says_itself_what_it_is_is_known():
    source = replaced("    error = pred -", "    error: jax.Array = pred -")
    annotated = {one["name"] for one in listing(flow_of(source), source)["assigned"] if one["annotated"]}
    assert annotated == {"error"}


def test_there_is_an_end_to_it():
    parts = "    parts = [x[:i].astype(jnp.bfloat16) for i in range(1, 13)]\n    pred ="
    source = replaced("    pred =", parts).replace("(error**2)", "(error**2) + sum(a.sum() for a in parts)")
    assert [len(leaves) for leaves in told(source)["parts"]] == [MOST_VALUES]


def test_the_shapes_of_the_run_are_told():
    assert listing(flow_of(RIGHT), RIGHT)["inputs"] == {
        "x": [13, 11],
        "y": [13, 7],
        "lr": [],
        "loss_scale": [],
    }
