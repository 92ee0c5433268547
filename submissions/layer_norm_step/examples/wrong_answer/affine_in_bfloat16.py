import jax
import jax.numpy as jnp


def layer_norm_step(x, y, gamma, beta, lr):
    def loss(gamma, beta):
        wide = x.astype(jnp.float32)
        normed = jax.nn.standardize(wide, axis=1, epsilon=1e-5).astype(x.dtype)
        out = normed * gamma.astype(x.dtype) + beta.astype(x.dtype)
        return jnp.mean((out.astype(jnp.float32) - y.astype(jnp.float32)) ** 2), out

    (d_gain, d_bias), out = jax.grad(loss, argnums=(0, 1), has_aux=True)(gamma, beta)
    return {"out": out, "gamma": gamma - lr * d_gain, "beta": beta - lr * d_bias}
