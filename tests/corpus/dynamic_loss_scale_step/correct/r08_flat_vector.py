# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def make_loss(graphdef, unravel, x, y):
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(vec):
        state = jax.tree.map(lambda p: p.astype(jnp.float16), unravel(vec))
        return jnp.mean(jnp.square(nnx.merge(graphdef, state)(x) - y))

    return loss


def next_scale(ok, scale, count, interval):
    count = jnp.where(ok, count + 1, 0)
    full = count == interval
    factor = jnp.where(ok, jnp.where(full, 2.0, 1.0), 0.5)
    return jnp.clip(scale * factor, 1.0, 2.0**24), jnp.where(full, 0, count)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, state = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    vec, unravel = ravel_pytree(state)
    loss = make_loss(graphdef, unravel, jnp.asarray(x), jnp.asarray(y))

    @jax.jit
    def run(vec, lr, scale, count, interval):
        g = jax.grad(lambda v: loss(v).astype(jnp.float32) * scale)(vec) / scale
        ok = jnp.all(g - g == 0)
        vec = jnp.where(ok, vec - lr * g, vec)
        scale, count = next_scale(ok, scale, count, interval)
        return jnp.stack([loss(vec).astype(jnp.float32), scale, count.astype(jnp.float32)])

    return run(vec, lr, loss_scale, good_steps, growth_interval)
