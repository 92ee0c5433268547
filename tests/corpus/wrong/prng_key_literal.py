# expect: wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    key = jax.random.key(1234)  #@ seed-ignored
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(key))
    params = (lin.kernel[...], lin.bias[...])

    def loss(params):
        w, b = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)

    g = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    params = jax.tree.map(lambda p, d: p - lr * d / loss_scale, params, g)
    return loss(params).astype(jnp.float32).reshape((1,))
