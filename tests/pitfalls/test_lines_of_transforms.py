"""Which line is to blame on the gradients' way through transforms and hooks: where one is made or named."""

import textwrap

import pytest
from traced import diagnosed

from judge.flow.program import Frame
from judge.pitfalls.reading.calls import is_called
from judge.pitfalls.reading.source import Source

MARK = "  #@"
PROGRAM = """
import jax
import jax.numpy as jnp
import optax
from flax import nnx


BEFORE
def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": model.kernel[...], "b": model.bias[...]}
    half = lambda tree: jax.tree.map(lambda leaf: leaf.astype(jnp.bfloat16), tree)
    inputs, targets = half((x, y))

    def mse(p):
        return jnp.mean((inputs @ p["w"] + p["b"] - targets) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: mse(p) * loss_scale)(half(params))
STEP
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return mse(half(params)).reshape(1)
"""
SINGLE = "grads = jax.tree.map(lambda g: g.astype(jnp.float32), grads)"
TEXTS: dict[str, tuple[str, str, str]] = {
    "a division in a chain": (
        "low-precision-unscale",
        """
        def cast_to(dtype):
            return optax.stateless(lambda updates, _: jax.tree.map(lambda u: u.astype(dtype), updates))
        """,
        """
        tx = optax.chain(
            optax.scale(1.0 / loss_scale),  #@
            cast_to(jnp.float32),
            optax.sgd(lr),
        )
        """,
    ),
    "a division that is masked": (
        "unscaled-grads",
        "",
        SINGLE
        + """
tx = optax.chain(
    optax.masked(optax.scale(1.0 / loss_scale), lambda p: jax.tree.map(lambda a: a.ndim > 1, p)),  #@
    optax.sgd(lr),
)
""",
    ),
    "a mask without a chain": (
        "unscaled-grads",
        "",
        SINGLE
        + """
unscale = optax.masked(optax.scale(1.0 / loss_scale), {"w": True, "b": False})  #@
grads, _ = unscale.update(grads, unscale.init(params))
tx = optax.sgd(lr)
""",
    ),
    "a link that rounds": (
        "low-precision-update",
        """
        def rounded(like):
            return optax.stateless(
                lambda updates, _: jax.tree.map(lambda u, p: u.astype(p.dtype), updates, like)
            )
        """,
        SINGLE
        + """
grads = jax.tree.map(lambda g: g / loss_scale, grads)
tx = optax.chain(optax.sgd(lr), rounded(half(params)))  #@
""",
    ),
    "a hook that is called by what its name is": (
        "clipped-scaled-grads",
        """
        class Clip:
            def after_backward(self, grads):
                return jax.tree.map(lambda g: jnp.clip(g, -1.0, 1.0), grads)  #@
        """,
        SINGLE
        + """
for callback in [Clip()]:
    grads = getattr(callback, "after_backward")(grads)
grads = jax.tree.map(lambda g: g / loss_scale, grads)
tx = optax.sgd(lr)
""",
    ),
    "a function that stands in a list": (
        "clipped-scaled-grads",
        """
        def clipped(grads):
            return jax.tree.map(lambda g: jnp.clip(g, -1.0, 1.0), grads)
        """,
        SINGLE
        + """
unscaled = lambda grads: jax.tree.map(lambda g: g / loss_scale, grads)
for change in [
    clipped,  #@
    unscaled,
]:
    grads = change(grads)
tx = optax.sgd(lr)
""",
    ),
}


@pytest.mark.parametrize(("name", "before", "step"), TEXTS.values(), ids=TEXTS)
def test_the_line_is_where_it_is_made_or_named(name: str, before: str, step: str):
    lines = textwrap.indent(textwrap.dedent(step).strip(), "    ")
    source = PROGRAM.replace("BEFORE", textwrap.dedent(before)).replace("STEP", lines)
    marked = [at for at, line in enumerate(source.splitlines(), start=1) if line.endswith(MARK)]
    assert [(one.pitfall, one.line) for one in diagnosed(source)] == [(name, line) for line in marked]


@pytest.mark.parametrize("call", ["half(tree)", "jax.tree.map(half, trees)", "full.update(tree)", "f(tree)"])
def test_a_lambda_is_called_by_what_it_or_its_maker_is_assigned_to(call: str):
    text = f"def to(dtype):\n    return lambda tree: tree.astype(dtype)\nhalf, full = to(a), to(b)\n{call}\n"
    made, caller = (
        Frame(line=line, end_line=line, column=0, end_column=1, function=name)
        for line, name in ((2, "<lambda>"), (4, "<module>"))
    )
    assert is_called(Source(text), made, caller) is ("half" in call)
