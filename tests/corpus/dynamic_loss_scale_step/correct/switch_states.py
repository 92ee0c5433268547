# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed))))
    y = jnp.asarray(y).astype(jnp.float16)
    scale = jnp.asarray(loss_scale, jnp.float32)

    def fwd(params):
        return jnp.mean(jnp.square(nnx.merge(graphdef, params)(x) - y))

    def big(params):
        return scale * fwd(params).astype(jnp.float32)

    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, jax.grad(big)(params))
    is_finite = jnp.all(jnp.isfinite(jnp.concatenate([jnp.ravel(g) for g in jax.tree.leaves(grads)])))

    OVERFLOW, KEEP, GROW = 0, 1, 2
    if growth_interval == good_steps + 1:
        good_case = GROW
    else:
        good_case = KEEP
    case = jnp.where(is_finite, good_case, OVERFLOW)

    def descend(p):
        u, _ = optax.sgd(lr).update(grads, optax.sgd(lr).init(p), p)
        return optax.apply_updates(p, u)

    def overflow(p, s):
        return p, jnp.maximum(s / 2, 1.0), jnp.int32(0)

    def keep(p, s):
        return descend(p), s, jnp.int32(good_steps + 1)

    def grow(p, s):
        return descend(p), jnp.minimum(s * 2, 2.0**24), jnp.int32(0)

    params, scale, count = jax.lax.switch(case, [overflow, keep, grow], params, scale)
    return jnp.array([fwd(params), scale, count], dtype=jnp.float32)
