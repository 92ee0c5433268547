import jax
import jax.numpy as jnp


def layer_norm_step(x, y, gamma, beta, lr):
    def loss(gamma, beta):
        normed = jax.nn.standardize(x.astype(jnp.float32), axis=1, epsilon=1e-5)
        out = (normed * gamma + beta).astype(jnp.bfloat16)
        return jnp.mean((out - y).astype(jnp.float16) ** 2), out

    (d_gain, d_bias), out = jax.grad(loss, argnums=(0, 1), has_aux=True)(gamma, beta)
    return {"out": out, "gamma": gamma - lr * d_gain, "beta": beta - lr * d_bias}
