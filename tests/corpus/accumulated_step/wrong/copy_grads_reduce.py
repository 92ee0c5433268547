# expect: wrong_answer|pitfall
# finding: low-precision-accumulator
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def bf16(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def loss(params, xb, yb):
    return jnp.mean((xb @ params["w"] + params["b"] - yb) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"w": lin.kernel[...], "b": lin.bias[...]}
    copy = bf16(masters)
    xs, ys = jnp.split(bf16(x), micro_batches), jnp.split(bf16(y), micro_batches)

    grads = [jax.grad(loss)(copy, a, b) for a, b in zip(xs, ys)]
    total = functools.reduce(lambda s, g: jax.tree.map(jnp.add, s, g), grads)  #@ low-precision-accumulator
    mean = jax.tree.map(lambda t: t.astype(jnp.float32) / micro_batches, total)

    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(masters), masters)
    masters = optax.apply_updates(masters, updates)
    return loss(bf16(masters), bf16(x), bf16(y)).astype(jnp.float32).reshape(1)
