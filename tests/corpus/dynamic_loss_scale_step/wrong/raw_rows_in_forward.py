# expect: pitfall|wrong_answer
# finding: uncast-inputs
"""x isn't cast, so that the matmul with the float16 kernel is promoted to float32; the product is cast afterwards."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    half = jnp.float16

    def loss(p):
        p = jax.tree.map(lambda a: a.astype(half), p)
        xw = (x @ p["w"]).astype(half)  #@ uncast-inputs
        return jnp.mean(jnp.square(xw + p["b"] - y.astype(half)))

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.all(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))
    tx = optax.sgd(lr)
    u, _ = tx.update(grads, tx.init(params), params)
    params = jax.tree.map(lambda p, d: jnp.where(finite, p + d, p), params, u)
    due = good_steps + 1 == growth_interval
    s = jnp.where(finite, min(2 * loss_scale, 2.0**24) if due else loss_scale, max(loss_scale / 2, 1.0))
    n = jnp.where(finite, (good_steps + 1) % growth_interval, 0)
    return jnp.array([loss(params).astype(jnp.float32), s, n], dtype=jnp.float32)
