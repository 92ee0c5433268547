# expect: accepted
"""Accumulates the matmul in float32, as the hardware does, and rounds the prediction to bf16."""
import jax
import jax.numpy as jnp
from flax import nnx


def linear(params, x):
    acc = jnp.matmul(
        x.astype(jnp.bfloat16),
        params["kernel"].astype(jnp.bfloat16),
        preferred_element_type=jnp.float32,
    )
    return acc.astype(jnp.bfloat16) + params["bias"].astype(jnp.bfloat16)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    params = dict(nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))))

    def loss(params):
        return jnp.mean(jnp.square(linear(params, x) - y.astype(jnp.bfloat16)))

    def scaled(params):
        return jnp.multiply(loss(params).astype(jnp.float32), loss_scale)

    grads = jax.grad(scaled)(params)
    params = {name: value - lr * grads[name] / loss_scale for name, value in params.items()}
    return loss(params).astype(jnp.float32).reshape((1,))
