"""What is expected. Run eagerly, and by trusted code only: learners never see it before they are done."""

import jax
import jax.numpy as jnp

EPSILON = 1e-5


def layer_norm_step(
    x: jax.Array, y: jax.Array, gamma: jax.Array, beta: jax.Array, lr: float
) -> dict[str, jax.Array]:
    """One step of gradient descent for gamma and beta, float32 (D,); x and y are bfloat16 (N, D)."""

    def loss(gamma: jax.Array, beta: jax.Array) -> tuple[jax.Array, jax.Array]:
        features = x.astype(jnp.float32)
        centred = features - features.mean(axis=1, keepdims=True)
        variance = (centred**2).mean(axis=1, keepdims=True)
        normed = centred * jax.lax.rsqrt(variance + EPSILON)
        out = (normed * gamma + beta).astype(jnp.bfloat16)
        error = out.astype(jnp.float32) - y.astype(jnp.float32)
        return (error**2).mean(), out

    (gain_grad, bias_grad), out = jax.grad(loss, argnums=(0, 1), has_aux=True)(gamma, beta)
    return {"out": out, "gamma": gamma - lr * gain_grad, "beta": beta - lr * bias_grad}
