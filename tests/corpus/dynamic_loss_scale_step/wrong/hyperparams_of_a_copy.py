# expect: pitfall|wrong_answer
# finding: lr-ignored
"""The learning rate is written into a copy of inject_hyperparams' dict, and the optimizer keeps its 0.01."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    tx = optax.inject_hyperparams(optax.sgd)(learning_rate=0.01)  #@ lr-ignored
    state = tx.init(params)
    hyper = dict(state.hyperparams)
    hyper["learning_rate"] = jnp.float32(lr)  #@ lr-ignored
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        return jnp.mean(jnp.square(x @ p["w"].astype(jnp.float16) + p["b"].astype(jnp.float16) - y))

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        u, state = tx.update(grads, state, params)  #@ lr-ignored
        params = optax.apply_updates(params, u)
    grow = finite and good_steps + 1 == growth_interval
    scale = min(loss_scale * 2, 2.0**24) if grow else loss_scale if finite else max(loss_scale / 2, 1.0)
    count = good_steps + 1 if finite and not grow else 0
    return jnp.array([loss(params), scale, count], dtype=jnp.float32)
