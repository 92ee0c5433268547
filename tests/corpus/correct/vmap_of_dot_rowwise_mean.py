# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def per_example(params, xi, yi):
    kernel, bias = params
    diff = jnp.dot(xi, kernel) + bias - yi
    return jnp.mean(diff * diff, dtype=jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]

    def batch_loss(params):
        low = [p.astype(jnp.bfloat16) for p in params]
        losses = jax.vmap(per_example, in_axes=(None, 0, 0))(low, x.astype(jnp.bfloat16), y.astype(jnp.bfloat16))
        return jnp.mean(losses).astype(jnp.bfloat16)

    grads = jax.grad(lambda p: batch_loss(p).astype(jnp.float32) * loss_scale)(params)
    params = [p - lr * g / loss_scale for p, g in zip(params, grads)]
    return batch_loss(params).astype(jnp.float32).reshape((1,))
