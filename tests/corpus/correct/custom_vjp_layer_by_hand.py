# expect: accepted
"""The dense layer with its backward written by hand, all in bf16."""
import jax
import jax.numpy as jnp
from flax import nnx


@jax.custom_vjp
def dense(x, w, b):
    return x @ w + b


def dense_fwd(x, w, b):
    return dense(x, w, b), (x, w)


def dense_bwd(saved, g):
    x, w = saved
    return g @ w.T, x.T @ g, g.sum(axis=0)


dense.defvjp(dense_fwd, dense_bwd)


def loss(params, x, y):
    w, b = params
    out = dense(x.astype(jnp.bfloat16), w.astype(jnp.bfloat16), b.astype(jnp.bfloat16))
    return jnp.mean(jnp.square(out - y.astype(jnp.bfloat16)))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    init = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (init.kernel[...], init.bias[...])
    loss_grad = jax.jacrev(lambda p: loss(p, x, y).astype(jnp.float32) * loss_scale)
    gw, gb = (g.astype(jnp.float32) / loss_scale for g in jax.checkpoint(loss_grad)(params))
    w, b = params
    w, b = w - lr * gw, b - lr * gb
    return jax.lax.broadcast(loss((w, b), x, y).astype(jnp.float32), (1,))
