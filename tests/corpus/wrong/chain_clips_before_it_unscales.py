# expect: pitfall|wrong_answer
# finding: clipped-scaled-grads
"""Adding a clip in front was the quickest change."""

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(tree):
    return jax.tree.map(lambda p: p.astype(jnp.bfloat16), tree)


def loss_fn(params, x, y):
    p = half(params)
    pred = x.astype(jnp.bfloat16) @ p["w"] + p["b"]
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": model.kernel[...], "b": model.bias[...]}
    tx = optax.chain(
        optax.clip_by_global_norm(1e9),  #@ clipped-scaled-grads
        optax.scale(1 / loss_scale),
        optax.sgd(lr),
    )
    grads = jax.grad(lambda p: loss_fn(p, x, y).astype(jnp.float32) * loss_scale)(params)
    updates, _ = tx.update(grads, tx.init(params))
    params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y).astype(jnp.float32).reshape(1)
