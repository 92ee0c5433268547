# expect: accepted
# The learning rate as the weight between where we are and where a rate of one would lead.
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    slow = {"w": layer.kernel[...], "b": layer.bias[...]}

    @jax.checkpoint
    def mse(p):
        p = optax.tree.cast(p, jnp.bfloat16)
        e = x.astype(jnp.bfloat16) @ p["w"] + p["b"] - y.astype(jnp.bfloat16)
        return jnp.mean(e**2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(slow)
    grads = optax.tree.scale(1 / loss_scale, grads)
    fast = optax.tree.sub(slow, grads)
    slow = optax.incremental_update(fast, slow, lr)
    return mse(slow).astype(jnp.float32).reshape(1)
