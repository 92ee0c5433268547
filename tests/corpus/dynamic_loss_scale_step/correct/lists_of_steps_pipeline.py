# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

# a pipeline of small functions, each of which takes and returns a dict


def build(c):
    m = nnx.Linear(c["x"].shape[1], c["y"].shape[1], rngs=nnx.Rngs(int(c["seed"])))
    return c | {"params": nnx.state(m, nnx.Param), "graph": nnx.graphdef(m)}


def to_half(t):
    return jax.tree.map(lambda a: a.astype(jnp.float16), t)


def loss(params, c):
    m = nnx.merge(c["graph"], to_half(params))
    xh, yh = to_half((c["x"], c["y"]))
    return jnp.mean(jnp.square(m(xh) - yh)).astype(jnp.float32)


def backward(c):
    g = jax.grad(lambda p: loss(p, c) * c["scale"])(c["params"])
    return c | {"grads": jax.tree.map(lambda v: v / c["scale"], g)}


def inspect(c):
    return c | {"finite": all(bool(jnp.isfinite(v).all()) for v in jax.tree.leaves(c["grads"]))}


def update(c):
    if not c["finite"]:
        return c
    return c | {"params": jax.tree.map(lambda p, g: p - c["lr"] * g, c["params"], c["grads"])}


def rescale(c):
    if not c["finite"]:
        return c | {"scale": max(c["scale"] / 2, 1.0), "good": 0}
    if c["good"] + 1 == c["interval"]:
        return c | {"scale": min(c["scale"] * 2, 2.0**24), "good": 0}
    return c | {"good": c["good"] + 1}


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    c = dict(seed=seed, x=x, y=y, lr=lr, scale=loss_scale, good=good_steps, interval=growth_interval)
    for stage in (build, backward, inspect, update, rescale):
        c = stage(c)
    return jnp.array([loss(c["params"], c), c["scale"], c["good"]], dtype=jnp.float32)
