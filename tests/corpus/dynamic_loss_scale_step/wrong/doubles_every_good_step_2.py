# expect: pitfall|wrong_answer
# finding: scale-grown-early
"""The test for the interval only guards the count; the scale doubles after every good step."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed))))
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)
    tx = optax.sgd(lr)

    def loss(p):
        return jnp.mean(jnp.square(nnx.merge(gd, p)(x) - y))

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.all(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))

    def good(p):
        u, _ = tx.update(grads, tx.init(p), p)
        n = (good_steps + 1) % growth_interval
        return optax.apply_updates(p, u), jnp.float32(min(loss_scale * 2, 2.0**24)), jnp.float32(n)  #@ scale-grown-early

    def bad(p):
        return p, jnp.float32(max(loss_scale / 2, 1.0)), jnp.float32(0)

    params, scale, count = jax.lax.cond(finite, good, bad, params)
    return jnp.stack([loss(params).astype(jnp.float32), scale, count])
