# expect: pitfall|wrong_answer
# finding: doubly-unscaled-grads
"""A helper unscales the gradients, and so does the first member of the optax chain."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_tx(lr, loss_scale):
    return optax.chain(optax.scale(1.0 / loss_scale), optax.sgd(lr))  #@ doubly-unscaled-grads


def finite_and_unscaled(grads, loss_scale):
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)  #@ doubly-unscaled-grads
    return jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda g: jnp.isfinite(g).all(), grads)), grads


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"k": lin.kernel[...], "b": lin.bias[...]}
    h = lambda a: a.astype(jnp.float16)

    def loss(p):
        return jnp.mean(jnp.square(h(x) @ h(p["k"]) + h(p["b"]) - h(y)))

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    finite, grads = finite_and_unscaled(grads, loss_scale)
    tx = make_tx(lr, loss_scale)
    u, _ = tx.update(grads, tx.init(params), params)
    new = optax.apply_updates(params, u)
    params = jax.tree.map(lambda a, b: jnp.where(finite, a, b), new, params)
    due = good_steps + 1 == growth_interval
    s = jnp.where(finite, min(loss_scale * 2, 2.0**24) if due else loss_scale, max(loss_scale / 2, 1.0))
    n = jnp.where(finite & (not due), good_steps + 1, 0)
    return jnp.array([loss(params).astype(jnp.float32), s, n], dtype=jnp.float32)
