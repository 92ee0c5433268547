# expect: wrong_answer
# finding: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.jit
def count_after(finite, good, interval):
    after = jnp.where(finite, good + 1, jnp.maximum(good - 1, 0))  #@ count-not-reset
    return jnp.where(after >= interval, 0, after)


@jax.jit
def scale_after(finite, scale, good, interval):
    grown = jnp.where(good + 1 >= interval, jnp.minimum(2 * scale, 2.0**24), scale)
    return jnp.where(finite, grown, jnp.maximum(scale / 2, 1.0))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    gd, params = nnx.split(model)
    target = y.astype(jnp.float16)
    s = jnp.float32(loss_scale)

    def loss(p):
        return jnp.mean(jnp.square(nnx.merge(gd, p)(x) - target)).astype(jnp.float32)

    g = jax.grad(lambda p: loss(p) * s)(params)
    g = jax.tree.map(lambda a: a / s, g)
    fin = jnp.isfinite(optax.tree.norm(g))
    params = jax.tree.map(lambda p, a: jnp.where(fin, p - lr * a, p), params, g)
    return jnp.stack([
        loss(params),
        scale_after(fin, s, good_steps, growth_interval),
        count_after(fin, good_steps, growth_interval).astype(jnp.float32),
    ])
