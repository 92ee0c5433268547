# expect: pitfall|wrong_answer
# finding: scale-not-grown
from collections import namedtuple

import jax
import jax.numpy as jnp
from flax import nnx

Scaler = namedtuple("Scaler", "value good every")


def after_good(sc):
    doublings = sc.good // sc.every  #@ scale-not-grown
    return sc._replace(value=min(sc.value * 2.0**doublings, 2.0**24), good=(sc.good + 1) % sc.every)


def after_bad(sc):
    return sc._replace(value=max(sc.value * 0.5, 1.0), good=0)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    sc = Scaler(loss_scale, good_steps, growth_interval)
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graph, masters = nnx.split(net)
    low = lambda t: jax.tree.map(jnp.float16, t)

    def objective(m16):
        diff = nnx.merge(graph, m16)(low(x)) - low(y)
        return jnp.float32(jnp.mean(diff * diff))

    grads = jax.grad(lambda m: objective(m) * sc.value)(low(masters))
    grads = jax.tree.map(lambda g: jnp.float32(g) / sc.value, grads)
    if all(map(lambda g: bool(jnp.all(jnp.isfinite(g))), jax.tree.leaves(grads))):
        masters = jax.tree.map(lambda m, g: m - lr * g, masters, grads)
        sc = after_good(sc)
    else:
        sc = after_bad(sc)
    return jnp.array([objective(low(masters)), sc.value, sc.good], jnp.float32)
