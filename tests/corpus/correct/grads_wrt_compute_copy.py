# expect: accepted
"""Differentiates with respect to the bf16 copy; the grads are brought to fp32 first of all."""
import jax
import jax.numpy as jnp
from flax import nnx


def to(dtype, tree):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, master = nnx.split(model)
    x16, y16 = to(jnp.bfloat16, (x, y))

    def loss_fn(compute):
        pred = nnx.merge(graphdef, compute)(x16)
        loss = jnp.mean(jnp.square(pred - y16))
        return loss.astype(jnp.float32) * loss_scale, loss

    grads16, before = jax.grad(loss_fn, has_aux=True)(to(jnp.bfloat16, master))
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads16)
    master = jax.tree.map(lambda p, g: p - lr * g, master, grads)
    _, after = loss_fn(to(jnp.bfloat16, master))
    return jnp.atleast_1d(after).astype(jnp.float32)
