# expect: accepted
"""A lax.while_loop whose condition is "finite and not yet applied" does the update at most once."""
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    half = jnp.float16

    def loss(p):
        w, b = p
        pred = jnp.matmul(x.astype(half), w.astype(half)) + b.astype(half)
        return jnp.mean(jnp.square(jnp.subtract(pred, y.astype(half))))

    s0 = jnp.float32(loss_scale)
    grads = jax.grad(lambda p: s0 * loss(p).astype(jnp.float32))(params)
    grads = jax.tree.map(lambda g: g / s0, grads)
    finite = jnp.isfinite(grads[0]).all() & jnp.isfinite(grads[1]).all()

    def todo(c):
        return finite & (c[1] < 1)

    def body(c):
        p, done = c
        return jax.tree.map(lambda a, g: a - jnp.float32(lr) * g, p, grads), done + 1

    params, done = jax.lax.while_loop(todo, body, (params, jnp.int32(0)))
    n = (good_steps + 1) * done
    s = jnp.where(done == 1, jnp.where(n < growth_interval, s0, jnp.minimum(s0 * 2, 2.0**24)), jnp.maximum(s0 / 2, 1.0))
    n = jnp.where(n < growth_interval, n, 0)
    return jnp.array([loss(params).astype(jnp.float32), s, n.astype(jnp.float32)])
