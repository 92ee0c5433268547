# expect: accepted
# `if (i + 1) % accumulation_steps == 0: optimizer.step()`, in lax
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(p, x, y):
    p16 = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
    return jnp.mean((x.astype(jnp.bfloat16) @ p16["kernel"] + p16["bias"] - y.astype(jnp.bfloat16)) ** 2)


@functools.partial(jax.jit, static_argnames=("accumulation_steps",))
def run(p, x, y, lr, accumulation_steps):
    tx = optax.sgd(lr)

    def step(p, acc):
        u, _ = tx.update(jax.tree.map(lambda a: a / accumulation_steps, acc), tx.init(p), p)
        return optax.apply_updates(p, u), jax.tree.map(jnp.zeros_like, acc)

    def wait(p, acc):
        return p, acc

    def body(carry, i_xy):
        p, acc = carry
        i, xb, yb = i_xy
        acc = jax.tree.map(jnp.add, acc, jax.grad(loss_fn)(p, xb, yb))
        return jax.lax.cond((i + 1) % accumulation_steps == 0, step, wait, p, acc), None

    parts = (jnp.arange(accumulation_steps), x.reshape(accumulation_steps, -1, x.shape[1]),
             y.reshape(accumulation_steps, -1, y.shape[1]))
    (p, _), _ = jax.lax.scan(body, (p, jax.tree.map(jnp.zeros_like, p)), parts)
    return loss_fn(p, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    out = run({"kernel": m.kernel[...], "bias": m.bias[...]}, x, y, lr, accumulation_steps=micro_batches)
    return out.astype(jnp.float32)[None]
