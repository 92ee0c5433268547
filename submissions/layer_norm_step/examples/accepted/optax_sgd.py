import jax
import jax.numpy as jnp
import optax


def layer_norm_step(x, y, gamma, beta, lr):
    normed = jax.nn.standardize(x.astype(jnp.float32), axis=-1, epsilon=1e-5)

    def forward(params):
        return (normed * params[0] + params[1]).astype(jnp.bfloat16)

    def loss(params):
        return jnp.mean(jnp.square(forward(params).astype(jnp.float32) - y))

    params = (gamma, beta)
    tx = optax.sgd(lr)
    updates, _ = tx.update(jax.grad(loss)(params), tx.init(params), params)
    new_gain, new_bias = optax.apply_updates(params, updates)
    return {"out": forward(params), "gamma": new_gain, "beta": new_bias}
