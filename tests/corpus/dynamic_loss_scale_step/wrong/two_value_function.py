# expect: wrong_answer|pitfall
# finding: scaled-loss-returned
# finding: scale-not-reduced
from typing import NamedTuple

import jax
import jax.numpy as jnp
from flax import nnx


class Carry(NamedTuple):
    params: dict
    scale: float
    count: int


def loss_and_grads(carry, x, y):
    def fn(params):
        k, b, xs, ys = jax.tree.map(lambda t: t.astype(jnp.float16), (params["k"], params["b"], x, y))
        return jnp.mean((xs @ k + b - ys) ** 2).astype(jnp.float32) * carry.scale

    value, grads = jax.value_and_grad(fn)(carry.params)
    return value, jax.tree.map(lambda g: g.astype(jnp.float32) / carry.scale, grads)


def transition(carry, grads, lr, interval):
    finite = all(bool(jnp.isfinite(g).all()) for g in grads.values())
    if not finite:
        return carry._replace(count=0)  #@ scale-not-reduced
    params = {k: v - lr * grads[k] for k, v in carry.params.items()}
    if carry.count + 1 == interval:
        return Carry(params, min(carry.scale * 2, 2.0**24), 0)
    return Carry(params, carry.scale, carry.count + 1)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    old = Carry({"k": m.kernel[...], "b": m.bias[...]}, loss_scale, good_steps)
    _, grads = loss_and_grads(old, x, y)
    new = transition(old, grads, lr, growth_interval)
    loss, _ = loss_and_grads(new._replace(scale=loss_scale), x, y)  #@ scaled-loss-returned
    return jnp.array([loss, new.scale, new.count], dtype=jnp.float32)  #@ scaled-loss-returned
