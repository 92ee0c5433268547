# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

MAX_NORM = 1e12


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    tx = optax.chain(optax.scale(1.0 / loss_scale), optax.clip_by_global_norm(MAX_NORM), optax.sgd(lr))

    def loss(params):
        k, b = params["kernel"].astype(jnp.bfloat16), params["bias"].astype(jnp.bfloat16)
        return jnp.mean((x.astype(jnp.bfloat16) @ k + b - y.astype(jnp.bfloat16)) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss(params).astype(jnp.float32).reshape(1)
