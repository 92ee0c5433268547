# expect: wrong_answer|pitfall
# finding: lr-ignored
# finding: scale-unbounded
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


@jax.jit
def advance(ok, scale, count, interval):
    count = lax.select(ok, count + 1, jnp.zeros_like(count))
    due = count >= interval
    up = jnp.minimum(scale * 2.0, 2.0**24)
    down = scale / 2.0  #@ scale-unbounded
    scale = lax.select(ok, lax.select(due, up, scale), down)
    return scale, lax.select(due, jnp.zeros_like(count), count)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graph, weights = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed))))
    scale = jnp.asarray(loss_scale, jnp.float32)
    count = jnp.asarray(good_steps, jnp.int32)
    y = jnp.asarray(y, jnp.float16)

    def error(weights):
        return jnp.mean(jnp.square(nnx.merge(graph, weights)(x) - y)).astype(jnp.float32)

    g = jax.grad(lambda w: scale * error(w))(weights)
    g = jax.tree.map(lambda t: t / scale, g)
    ok = jnp.all(jnp.stack([jnp.isfinite(t).all() for t in jax.tree.leaves(g)]))
    moved = jax.tree.map(lambda w, t: w - t, weights, g)  #@ lr-ignored
    weights = jax.tree.map(lambda m, w: lax.select(ok, m, w), moved, weights)
    scale, count = advance(ok, scale, count, growth_interval)
    return jnp.stack([error(weights), scale, count.astype(jnp.float32)])
