# expect: accepted
import math
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m, e = math.frexp(loss_scale)
    two = math.ldexp(1.0, e)
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    graph, state = nnx.split(model, nnx.Param)
    tx = optax.sgd(lr)
    x16, y16 = jnp.float16(x), jnp.float16(y)

    def loss(st):
        # dtype=float16 in the layer: it casts its float32 parameters by itself
        return optax.squared_error(nnx.merge(graph, st)(x16), y16).mean()

    g = jax.grad(lambda st: (loss(st).astype(jnp.float32) * m) * two)(state)
    g = jax.tree.map(lambda a: (a.astype(jnp.float32) / two) / m, g)
    verdicts = [jnp.isfinite(a).all() for a in jax.tree.leaves(g)]
    if not all(verdicts):
        return jnp.array([jnp.float32(loss(state)), max(loss_scale / 2, 1.0), 0], jnp.float32)
    up, _ = tx.update(g, tx.init(state), state)
    state = optax.apply_updates(state, up)
    if good_steps + 1 == growth_interval:
        return jnp.array([jnp.float32(loss(state)), min(math.ldexp(m, e + 1), 2.0**24), 0], jnp.float32)
    return jnp.array([jnp.float32(loss(state)), math.ldexp(m, e), good_steps + 1], jnp.float32)
