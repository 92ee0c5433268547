# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(params, x, y):
    half = optax.tree.cast(params, jnp.bfloat16)
    return jnp.mean((x.astype(jnp.bfloat16) @ half["w"] + half["b"] - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    tx = optax.MultiSteps(optax.sgd(lr), micro_batches).gradient_transformation()
    opt_state = tx.init(params)
    rows = x.shape[0] // micro_batches
    for start in range(0, x.shape[0], rows):
        g = jax.grad(mse)(params, x[start : start + rows], y[start : start + rows])
        updates, opt_state = tx.update(g, opt_state, params)
        params = optax.apply_updates(params, updates)
    return jnp.reshape(mse(params, x, y), (1,)).astype(jnp.float32)
