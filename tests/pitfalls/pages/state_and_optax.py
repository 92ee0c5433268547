# The right side of: update-discarded, wrong-output-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    return jnp.mean((model(x) - y.astype(jnp.bfloat16)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    rngs, half = nnx.Rngs(int(seed)), jnp.bfloat16
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=half, rngs=rngs)
    grad = nnx.grad(lambda m: mse(m, x, y).astype("float32") * loss_scale)
    grads = jax.tree.map(lambda g: g / loss_scale, grad(model))
    params, tx = nnx.state(model, nnx.Param), optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params))
    nnx.update(model, optax.apply_updates(params, updates))
    return mse(model, x, y).astype("float32").reshape(1)
