# expect: wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    key = jax.random.key(0)  #@ seed-ignored
    kernel = nnx.initializers.lecun_normal()(key, (x.shape[1], y.shape[1]), jnp.float32)  #@ seed-ignored
    bias = jnp.zeros((y.shape[1],), jnp.float32)
    params = {"kernel": kernel, "bias": bias}

    def loss_fn(params):
        k, b = params["kernel"].astype(jnp.bfloat16), params["bias"].astype(jnp.bfloat16)
        return jnp.mean((x.astype(jnp.bfloat16) @ k + b - y.astype(jnp.bfloat16)) ** 2)

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    params = jax.tree.map(lambda p, g: p - lr * (g / loss_scale), params, grads)
    return loss_fn(params).astype(jnp.float32).reshape((1,))
