# expect: wrong_answer
# finding: wrong-output-dtype
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


@partial(jax.jit, static_argnames="d")
def mse(params, x, y, d=jnp.bfloat16):
    k, b = params
    return jnp.mean((x.astype(d) @ k.astype(d) + b.astype(d) - y.astype(d)) ** 2).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    _, pull = jax.vjp(partial(mse, x=x, y=y), params)
    (grads,) = pull(jnp.full((), loss_scale, jnp.float32))
    params = [p - lr * (g / loss_scale) for p, g in zip(params, grads)]
    final = mse(params, x, y)
    return jnp.atleast_1d(final).astype(x.astype(jnp.bfloat16).dtype)  #@ wrong-output-dtype
