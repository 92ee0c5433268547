# expect: wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx

tx = optax.inject_hyperparams(optax.sgd)(learning_rate=0.01)  #@ lr-ignored


@jax.jit
def fit(params, opt_state, x, y, scale):
    def mse(p):
        p = optax.tree.cast(p, jnp.bfloat16)
        return jnp.mean((x.astype(jnp.bfloat16) @ p["kernel"] + p["bias"] - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)
    g = jax.grad(lambda p: mse(p) * scale)(params)
    g = jax.tree.map(lambda t: t / scale, g)
    updates, opt_state = tx.update(g, opt_state, params)  #@ lr-ignored
    params = optax.apply_updates(params, updates)
    return params, opt_state, mse(params)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    _, _, loss = fit(params, tx.init(params), x, y, loss_scale)
    return loss.reshape(1)
