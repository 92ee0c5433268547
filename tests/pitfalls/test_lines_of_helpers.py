"""Helpers that are right by themselves: the line is where they were called, or what they did was decided."""

import textwrap

import pytest
from traced import diagnosed

from judge.pitfalls.reading.return_lines import computed_at
from judge.pitfalls.reading.source import Source

MARK = "  #@"
IMPORTS = """
import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
from flax import nnx

BF = jnp.bfloat16


"""
DICTS = """
def mse(p, x, y):
    q = jax.tree.map(lambda a: a.astype(BF), p)
    return jnp.mean((x.astype(BF) @ q["k"] + q["b"] - y.astype(BF)) ** 2).astype(jnp.float32)


def initial(seed, x, y):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return {"k": layer.kernel[...], "b": layer.bias[...]}


"""

TEXTS: dict[str, tuple[str, str]] = {
    "a helper that has the old loss and the gradients, and moves nothing": (
        "stale-loss",
        DICTS
        + """
def evaluated(p, x, y, scale):
    loss, grads = jax.value_and_grad(lambda p: mse(p, x, y) * scale)(p)
    grads = jax.tree.map(lambda g: g / scale, grads)
    return loss / scale, grads, jnp.isfinite(loss)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    p = initial(seed, x, y)
    loss, grads, _ = evaluated(p, x, y, loss_scale)
    p = jax.tree.map(lambda a, g: a - lr * g, p, grads)
    return loss.reshape(1)  #@
""",
    ),
    "a helper that gives new parameters which nobody takes": (
        "update-discarded",
        DICTS
        + """
def moved(p, grads, lr):
    return jax.tree.map(lambda a, g: a - lr * g, p, grads)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    p = initial(seed, x, y)
    grads = jax.grad(lambda p: mse(p, x, y) * loss_scale)(p)
    new = moved(p, jax.tree.map(lambda g: g / loss_scale, grads), lr)  #@
    return mse(p, x, y).reshape(1)
""",
    ),
    "a branch that gives them": (
        "update-discarded",
        DICTS
        + """
def mixed_precision_step(seed, x, y, lr, loss_scale):
    p = initial(seed, x, y)
    grads = jax.grad(lambda p: mse(p, x, y) * loss_scale)(p)

    def accept(p):
        return jax.tree.map(lambda a, g: a - lr * g / loss_scale, p, grads)

    new = jax.lax.cond(jnp.isfinite(grads["k"]).all(), accept, lambda p: p, p)  #@
    return mse(p, x, y).reshape(1)
""",
    ),
    "a helper that lets one gradient through": (
        "unscaled-grads",
        DICTS
        + """
def mixed_precision_step(seed, x, y, lr, loss_scale):
    def unscaled(path, g):
        if "k" in jax.tree_util.keystr(path):
            return g / loss_scale
        return g  #@

    p = initial(seed, x, y)
    grads = jax.grad(lambda p: mse(p, x, y) * loss_scale)(p)
    grads = jax.tree_util.tree_map_with_path(unscaled, grads)
    p = jax.tree.map(lambda a, g: a - lr * g, p, grads)
    return mse(p, x, y).reshape(1)
""",
    ),
    "a choice that lets one gradient through": (
        "unscaled-grads",
        DICTS
        + """
def mixed_precision_step(seed, x, y, lr, loss_scale):
    p = initial(seed, x, y)
    grads = jax.grad(lambda p: mse(p, x, y) * loss_scale)(p)
    grads = {name: g / loss_scale if g.ndim > 1 else g for name, g in grads.items()}  #@
    p = jax.tree.map(lambda a, g: a - lr * g, p, grads)
    return mse(p, x, y).reshape(1)
""",
    ),
    "a copy of one parameter, to which its increment is added": (
        "master-downcast",
        """
def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x, y, k, b = x.astype(BF), y.astype(BF), layer.kernel[...], layer.bias[...]
    k16, b16 = k.astype(BF), b.astype(BF)

    def mse(k, b):
        return jnp.mean((x @ k + b - y) ** 2).astype(jnp.float32)

    gk, gb = jax.grad(lambda *p: mse(*p) * loss_scale, (0, 1))(k16, b16)
    sizes = jnp.stack([jnp.abs(k).max(), jnp.abs(b).max()])
    b = b - lr * (gb.astype(jnp.float32) / loss_scale) + 0 * sizes[0]
    k = k16 - lr * (gk.astype(jnp.float32) / loss_scale)  #@
    return mse(k.astype(BF), b.astype(BF)).reshape(1)
""",
    ),
    "a layer's dtype, where another line casts to it as well": (
        "wrong-half-dtype",
        """
def mixed_precision_step(seed, x, y, lr, loss_scale):
    wanted = np.asarray(y).astype(np.float16)
    layer = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))  #@

    def loss_of(layer):
        return jnp.mean((layer(x) - wanted) ** 2).astype(jnp.float32)

    grads = nnx.grad(lambda layer: loss_of(layer) * loss_scale)(layer)
    nnx.update(layer, jax.tree.map(lambda a, g: a - lr * g / loss_scale, nnx.state(layer), grads))
    return loss_of(layer).reshape(1)
""",
    ),
    "a model whose state was named before it was rounded": (
        "master-downcast",
        """
def half_(module):
    state = nnx.state(module, nnx.Param)
    nnx.update(module, jax.tree.map(lambda a: a.astype(BF), state))  #@
    return module


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, p = nnx.split(half_(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))

    def loss_of(p):
        return jnp.mean((nnx.merge(graphdef, p)(x.astype(BF)) - y.astype(BF)) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_of(p) * loss_scale)(p)
    masters = jax.tree.map(lambda a: a.astype(jnp.float32), p)
    masters = jax.tree.map(lambda a, g: a - lr * (g.astype(jnp.float32) / loss_scale), masters, grads)
    return loss_of(jax.tree.map(lambda a: a.astype(BF), masters)).reshape(1)
""",
    ),
}


def marked(source: str) -> list[int]:
    return [at for at, line in enumerate(source.splitlines(), start=1) if line.endswith(MARK)]


@pytest.mark.parametrize(("pitfall", "text"), TEXTS.values(), ids=list(TEXTS))
def test_the_line_is_where_it_went_wrong(pitfall: str, text: str):
    source = IMPORTS + text.lstrip("\n")
    assert [(one.pitfall, one.line) for one in diagnosed(source)] == [
        (pitfall, line) for line in marked(source)
    ]


@pytest.mark.parametrize(
    "body",
    [
        "loss = np.mean(error ** 2)  #@\nreturn jnp.array([loss], jnp.float32)",
        "loss = mse(p, x)  #@\nout = loss.astype(jnp.float32)\nreturn out.reshape(1)",
        "loss = mse(p, x)\nreturn jnp.array([loss / 2])  #@",
        "return mse(p, x).reshape(1)  #@",
        "loss = mse(p, x)\nif x is None:\n    loss = 0.0\nscale = 2.0\nreturn jnp.array([loss, scale])  #@",
        "return x.reshape(1)  #@",
    ],
)
def test_what_is_returned_was_computed_where_it_got_its_name(body: str):
    source = "def step(p, x):\n" + textwrap.indent(body, "    ")
    assert computed_at(Source(source), "step") == marked(source)[0]
