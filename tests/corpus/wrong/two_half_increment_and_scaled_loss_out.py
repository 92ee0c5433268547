# expect: pitfall|wrong_answer
# finding: low-precision-update
# finding: scaled-loss-returned
import functools
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


@functools.partial(jax.jit, static_argnums=0)
def scaled_loss(graphdef, params, x, y, scale):
    params, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (params, x, y))
    return jnp.mean((nnx.merge(graphdef, params)(x) - y) ** 2).astype(jnp.float32) * scale


def axpy(p, g, lr):
    delta = lax.reduce_precision(lax.mul(g, jnp.full_like(g, lr)), exponent_bits=8, mantissa_bits=7)  #@ low-precision-update
    return lax.sub(p, delta)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    grads = jax.grad(scaled_loss, argnums=1)(graphdef, params, x, y, loss_scale)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    params = jax.tree.map(functools.partial(axpy, lr=lr), params, grads)
    return scaled_loss(graphdef, params, x, y, loss_scale).reshape(1)  #@ scaled-loss-returned
