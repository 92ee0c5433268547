import jax
import jax.numpy as jnp


def layer_norm_step(x, y, gamma, beta, lr):
    def loss(gamma, beta):
        normed = jax.nn.standardize(x.astype(jnp.float32), axis=1, epsilon=1e-5)
        out = (normed * gamma + beta).astype(jnp.bfloat16)
        return jnp.mean((out.astype(jnp.float32) - y.astype(jnp.float32)) ** 2), out

    (d_gain, d_bias), out = jax.grad(loss, argnums=(0, 1), has_aux=True)(gamma, beta)
    def step(param, grad):
        return (param.astype(jnp.bfloat16) - lr * grad.astype(jnp.bfloat16)).astype(jnp.float32)

    return {"out": out, "gamma": step(gamma, d_gain), "beta": step(beta, d_bias)}
