# expect: accepted
# The rate that the optimizer is built with is a placeholder. The one that counts is written to its state.
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def forward(p, x):
    return x @ p["w"] + p["b"]


def mixed_precision_step(seed, x, y, lr, loss_scale):
    l = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": l.kernel[...], "b": l.bias[...]}
    x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (x, y))

    def mse(p):
        p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
        return jnp.mean((forward(p, x) - y) ** 2)

    tx = optax.inject_hyperparams(optax.sgd)(learning_rate=123.0)
    state = tx.init(p)
    state.hyperparams["learning_rate"] = jnp.asarray(lr / loss_scale, jnp.float32)
    updates, state = tx.update(jax.grad(lambda q: mse(q).astype(jnp.float32) * loss_scale)(p), state, p)
    p = optax.apply_updates(p, updates)
    return mse(p).astype(jnp.float32)[None]
