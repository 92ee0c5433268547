"""What is done to scaled gradients: found where dividing afterwards comes too late, and nowhere else."""

import textwrap

import pytest
from traced import diagnosed, ids

BEFORE = """
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(params, x, y):
    w, b, x, y = (a.astype(jnp.bfloat16) for a in (*params, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


def unscaled(tree, scale):
    return jax.tree.map(lambda g: g / scale, tree)


def norm_of(tree):
    return jnp.sqrt(sum(jnp.sum(g * g) for g in jax.tree.leaves(tree)))


def clipped(tree, limit):
    norm = norm_of(tree)
    return jax.tree.map(lambda g: g * jnp.minimum(1.0, limit / (norm + 1e-6)), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = layer.kernel[...], layer.bias[...]
    scaled = lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale
    grads = jax.grad(scaled)(params)

    def sgd(grads):
        return [p - lr * g for p, g in zip(params, grads)]

"""
AFTER = "    return mse(params, x, y).astype(jnp.float32).reshape(1)\n"
MARK = "  # here"

BENT = {
    "a norm by a helper": """
        grads = clipped(grads, 1.0)  # here
        params = sgd(unscaled(grads, loss_scale))
    """,
    "a norm before the limit": """
        norm = norm_of(grads)  # here
        grads = [g * jnp.minimum(1.0, 1.0 / norm) / loss_scale for g in grads]
        params = sgd(grads)
    """,
    "a helper that does both": """
        def prepared(grads):
            grads = [jnp.clip(g, -1.0, 1.0) for g in grads]  # here
            return [g / loss_scale for g in grads]

        params = sgd(prepared(grads))
    """,
    "each number": """
        grads = [jax.lax.clamp(-1.0, g, 1.0) / loss_scale for g in grads]  # here
        params = sgd(grads)
    """,
    "one of the gradients": """
        bias = jnp.maximum(jnp.minimum(grads[1], 1.0), -1.0)  # here
        params = sgd(unscaled((grads[0], bias), loss_scale))
    """,
    "a choice": """
        grads = [jnp.where(g > 1.0, 1.0, g) for g in grads]  # here
        params = sgd(unscaled(grads, loss_scale))
    """,
    "a mask": """
        grads = [g * (jnp.abs(g) < 1.0) for g in grads]  # here
        params = sgd(unscaled(grads, loss_scale))
    """,
    "left out when too large": """
        fine = norm_of(grads) < 100.0
        grads = [jnp.where(fine, g, 0.0) for g in grads]  # here
        params = sgd(unscaled(grads, loss_scale))
    """,
    "a factor that is chosen": """
        norm = norm_of(grads)  # here
        factor = jnp.where(norm > 1.0, 1.0 / norm, 1.0)
        params = sgd([g * factor / loss_scale for g in grads])
    """,
    "a branch": """
        norm = norm_of(grads)  # here
        small, large = (lambda g: list(g)), (lambda g: [a / norm for a in g])
        grads = jax.lax.cond(norm > 1.0, large, small, grads)
        params = sgd(unscaled(grads, loss_scale))
    """,
    "a branch of Python's": """
        norm = norm_of(grads)  # here
        if norm > 1.0:
            grads = [g / norm for g in grads]
        params = sgd(unscaled(grads, loss_scale))
    """,
    "a number of Python's": """
        norm = norm_of(grads).item()  # here
        factor = min(1.0, 0.5 / (norm + 1e-6))
        params = sgd([g * factor / loss_scale for g in grads])
    """,
    "a sign": """
        grads = [jnp.sign(g) for g in grads]  # here
        params = sgd(unscaled(grads, loss_scale))
    """,
    "normalised": """
        norm = norm_of(grads)  # here
        params = sgd(unscaled([g / norm for g in grads], loss_scale))
    """,
    "a curve": """
        grads = jax.tree.map(jnp.tanh, grads)  # here
        params = sgd(unscaled(grads, loss_scale))
    """,
    "a second moment": """
        squares = [0.1 * g**2 for g in grads]  # here
        grads = [g / (jnp.sqrt(s) + 1e-8) for g, s in zip(grads, squares)]
        params = sgd(unscaled(grads, loss_scale))
    """,
    "after a weight decay": """
        grads = [g + 0.1 * p for g, p in zip(grads, params)]
        grads = [jnp.clip(g, -1.0, 1.0) for g in grads]  # here
        params = sgd(unscaled(grads, loss_scale))
    """,
    "for each example": """
        one = lambda p, a, b: mse(p, a[None], b[None]).astype(jnp.float32) * loss_scale
        grads = jax.vmap(jax.grad(one), (None, 0, 0))(params, x, y)
        grads = jax.vmap(lambda g: clipped(g, 1.0))(grads)  # here
        grads = jax.tree.map(lambda g: g.mean(0), grads)
        params = sgd(unscaled(grads, loss_scale))
    """,
    "a rule of the backward pass": """
        ident = jax.custom_vjp(lambda p: p)
        ident.defvjp(lambda p: (p, None), lambda _, g: (jax.tree.map(lambda a: jnp.clip(a, -1, 1), g),))
        loss = lambda p: scaled(ident(p))  # here
        params = sgd(unscaled(jax.grad(loss)(params), loss_scale))
    """,
    "a scan over parts": """
        def body(total, part):
            part = jax.grad(lambda p: mse(p, *part).astype(jnp.float32) * loss_scale)(params)
            part = clipped(part, 1.0)  # here
            return jax.tree.map(jnp.add, total, part), None

        grads, _ = jax.lax.scan(body, jax.tree.map(jnp.zeros_like, params), (x[None], y[None]))
        params = sgd(unscaled(grads, loss_scale))
    """,
    "an optax chain": """
        tx = optax.chain(optax.clip_by_global_norm(1.0), optax.scale(1 / loss_scale), optax.sgd(lr))  # here
        updates, _ = tx.update(grads, tx.init(params))
        params = optax.apply_updates(params, updates)
    """,
    "a chain and a smaller rate": """
        tx = optax.chain(optax.clip(1.0), optax.sgd(lr / loss_scale))  # here
        updates, _ = tx.update(grads, tx.init(params))
        params = optax.apply_updates(params, updates)
    """,
    "a transformation in a chain": """
        clip = optax.stateless(lambda u, _: [jnp.clip(g, -1.0, 1.0) for g in u])
        tx = optax.chain(clip, optax.scale(1 / loss_scale), optax.sgd(lr))
        updates, _ = tx.update(list(grads), tx.init(list(params)))  # here
        params = optax.apply_updates(list(params), updates)
    """,
    "a chain that never divides": """
        tx = optax.chain(optax.clip_by_global_norm(1.0), optax.sgd(lr))  # here
        updates, _ = tx.update(grads, tx.init(params))
        params = optax.apply_updates(params, updates)
    """,
    "Adam": """
        tx = optax.scale_by_adam()
        updates, _ = tx.update(grads, tx.init(params))  # here
        params = sgd(unscaled(updates, loss_scale))
    """,
    "RMSprop": """
        tx = optax.chain(optax.scale_by_rms(), optax.scale(1 / loss_scale), optax.sgd(lr))  # here
        updates, _ = tx.update(grads, tx.init(params))
        params = optax.apply_updates(params, updates)
    """,
}

LINEAR = {
    "clipped after": "params = sgd([jnp.clip(g / loss_scale, -1.0, 1.0) for g in grads])",
    "a norm after": "params = sgd(clipped(unscaled(grads, loss_scale), 1.0))",
    "a limit that scales along": """
        grads = [jnp.clip(g, -loss_scale, loss_scale) for g in grads]
        params = sgd(unscaled(grads, loss_scale))
    """,
    "a norm and a limit that scales along": """
        factor = jnp.minimum(1.0, 0.1 * loss_scale / norm_of(grads))
        params = sgd([g * factor / loss_scale for g in grads])
    """,
    "a norm that is divided": """
        norm = norm_of(grads) / loss_scale
        grads = [g * jnp.minimum(1.0, 0.1 / (norm + 1e-6)) for g in grads]
        params = sgd(unscaled(grads, loss_scale))
    """,
    "a number of Python's that is divided": """
        norm = norm_of(grads).item() / loss_scale
        factor = min(1.0, 0.5 / (norm + 1e-6))
        params = sgd([g * factor / loss_scale for g in grads])
    """,
    "a number that is only shown": """
        print(norm_of(grads).item(), scaled(params).item())
        params = sgd([g / (loss_scale + 1e-8) for g in grads])
    """,
    "a chain that divides first": """
        tx = optax.chain(optax.scale(1 / loss_scale), optax.clip_by_global_norm(1.0), optax.sgd(lr))
        updates, _ = tx.update(grads, tx.init(params))
        params = optax.apply_updates(params, updates)
    """,
    "Adam after": """
        tx = optax.adam(lr)
        updates, _ = tx.update(unscaled(grads, loss_scale), tx.init(params))
        params = optax.apply_updates(params, updates)
    """,
    "are they finite": """
        finite = jnp.all(jnp.array([jnp.all(jnp.isfinite(g)) for g in grads]))
        new = sgd(unscaled(grads, loss_scale))
        params = [jnp.where(finite, n, p) for n, p in zip(new, params)]
    """,
    "is their norm finite": """
        finite = jnp.isfinite(norm_of(grads))
        params = sgd([jnp.where(finite, g / loss_scale, 0.0) for g in grads])
    """,
    "a mask of what is finite": "params = sgd([g * jnp.isfinite(g) / loss_scale for g in grads])",
    "no NaNs": "params = sgd([jnp.nan_to_num(g) / loss_scale for g in grads])",
    "below the end of float16": """
        fits = jnp.max(jnp.abs(grads[0])) < 65504.0
        params = sgd([jnp.where(fits, g, 0.0) / loss_scale for g in grads])
    """,
    "below the end of bfloat16": """
        fits = norm_of(grads) < jnp.finfo(jnp.bfloat16).max
        params = sgd([jnp.where(fits, g, 0.0) / loss_scale for g in grads])
    """,
    "kept within float16": "params = sgd([jnp.clip(g, -65504.0, 65504.0) / loss_scale for g in grads])",
    "a norm that is only shown": """
        jax.debug.print("norm {}", norm_of(grads))
        params = sgd(unscaled(grads, loss_scale))
    """,
    "signs that nothing divides": "params = sgd([jnp.sign(g) for g in grads])",
    "a direction chosen by hand": "params = sgd([jnp.where(g > 0, 1.0, -1.0) for g in grads])",
    "a weight decay": """
        grads = [g + 0.1 * p for g, p in zip(grads, params)]
        params = sgd(unscaled(grads, loss_scale))
    """,
    "a loss that is clipped": """
        grads = jax.grad(lambda p: jnp.clip(scaled(p), 0.0, 1e4))(params)
        params = sgd(unscaled(grads, loss_scale))
    """,
    "a loss that is asked for": """
        fine = scaled(params) < 1e4
        params = sgd([jnp.where(fine, g, 0.0) / loss_scale for g in grads])
    """,
}


def program(lines: str) -> str:
    return BEFORE + textwrap.indent(textwrap.dedent(lines).strip() + "\n", "    ") + AFTER


@pytest.mark.parametrize("lines", BENT.values(), ids=BENT)
def test_what_bends_scaled_gradients_is_found_at_its_line_and_is_the_only_finding(lines: str) -> None:
    source = program(lines)
    (marked,) = [n for n, line in enumerate(source.splitlines(), start=1) if line.endswith(MARK)]
    findings = diagnosed(source)
    assert [(one.pitfall, one.line) for one in findings] == [("clipped-scaled-grads", marked)]


@pytest.mark.parametrize("lines", LINEAR.values(), ids=LINEAR)
def test_what_dividing_afterwards_makes_good_has_no_finding(lines: str) -> None:
    assert diagnosed(program(lines)) == ()


def test_gradients_that_nothing_divides_are_only_unscaled() -> None:
    lines = "params = sgd([jnp.clip(g, -loss_scale, loss_scale) for g in grads])"
    assert ids(diagnosed(program(lines))) == ["unscaled-grads"]


def test_what_was_divided_twice_after_a_clip_is_only_doubly_unscaled() -> None:
    lines = "params = sgd([jnp.clip(g / loss_scale, -1.0, 1.0) / loss_scale for g in grads])"
    assert ids(diagnosed(program(lines))) == ["doubly-unscaled-grads"]


@pytest.mark.parametrize(
    ("bend", "words"),
    [
        ("jnp.clip(g, -1.0, 1.0)", "the gradients are clipped"),
        ("g / jnp.sqrt(jnp.sum(g * g))", "the norm or squares of the gradients are taken"),
        ("jnp.sign(g)", "the gradients lose their size"),
        ("jnp.tanh(g)", "the gradients go through `tanh`"),
        ("g / (1 + jnp.abs(g))", "the gradients go through what isn't linear in them"),
    ],
)
def test_the_message_says_what_is_done(bend: str, words: str) -> None:
    lines = f"params = sgd([{bend} / loss_scale for g in grads])"
    (finding,) = diagnosed(program(lines))
    assert finding.message == f"{words} here while they are still multiplied by `loss_scale`"
