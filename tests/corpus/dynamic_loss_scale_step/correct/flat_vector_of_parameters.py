# expect: accepted
import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    vec, unravel = ravel_pytree({"k": model.kernel[...], "b": model.bias[...]})

    def loss(vec):
        p = unravel(vec)
        out = jnp.einsum("nd,do->no", x.astype(jnp.float16), p["k"].astype(jnp.float16))
        out = out + p["b"].astype(jnp.float16)
        return jnp.mean((out - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    g = jax.grad(lambda v: loss(v) * loss_scale)(vec)
    # inf * 0 and nan * 0 are nan, and nan is not equal to 0
    finite = jnp.all(g * 0 == 0)
    vec = jnp.where(finite, vec - lr * (g / loss_scale), vec)
    n = good_steps + 1
    table = {
        True: (min(loss_scale * 2.0, 2.0**24), 0) if n >= growth_interval else (loss_scale, n),
        False: (max(loss_scale / 2.0, 1.0), 0),
    }
    return jnp.array((loss(vec), *table[bool(finite)]), dtype=jnp.float32)
