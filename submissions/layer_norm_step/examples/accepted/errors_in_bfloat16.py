import jax
import jax.numpy as jnp


def layer_norm_step(x, y, gamma, beta, lr):
    h = jax.nn.standardize(x.astype(jnp.float32), axis=-1, epsilon=1e-5)

    def loss(gamma, beta):
        out = (h * gamma + beta).astype(jnp.bfloat16)
        return jnp.mean((out - y) ** 2), out

    grads, out = jax.grad(loss, (0, 1), has_aux=True)(gamma, beta)
    gamma, beta = (p - lr * g for p, g in zip((gamma, beta), grads))
    return {"out": out, "gamma": gamma, "beta": beta}
