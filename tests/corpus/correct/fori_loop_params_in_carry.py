# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    def loss(params):
        w, b = (p.astype(jnp.bfloat16) for p in params)
        return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)

    def one_step(_, params):
        grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
        return jax.tree.map(lambda p, g: p - lr * g / loss_scale, params, grads)

    params = jax.lax.fori_loop(0, 1, one_step, (lin.kernel[...], lin.bias[...]))
    return loss(params).astype(jnp.float32).reshape((1,))
