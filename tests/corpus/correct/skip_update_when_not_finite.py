# expect: accepted
"""Production style: the step is skipped when the scaled grads overflow."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def all_finite(tree):
    return jnp.all(jnp.array([jnp.all(jnp.isfinite(leaf)) for leaf in jax.tree.leaves(tree)]))


@jax.jit
def train_step(params, x, y, lr, loss_scale):
    def loss_fn(params):
        k, b = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        return jnp.mean((x @ k + b - y) ** 2)

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    ok = all_finite(grads)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updated = optax.apply_updates(params, jax.tree.map(lambda g: -lr * g, grads))
    params = jax.tree.map(lambda new, old: jnp.where(ok, new, old), updated, params)
    return params, loss_fn(params)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    _, loss = train_step(params, x.astype(jnp.bfloat16), y.astype(jnp.bfloat16), lr, loss_scale)
    return loss.astype(jnp.float32).reshape((1,))
