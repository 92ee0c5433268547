# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to_half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.float16), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x16, y16 = to_half((x, y))

    def half_loss(m):
        graphdef, state = nnx.split(m)
        half = nnx.merge(graphdef, to_half(state))
        return jnp.mean((half(x16) - y16) ** 2)

    def scaled_loss(m):
        return half_loss(m).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled_loss)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = jnp.all(jnp.stack([jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)]))

    before = jax.tree.map(jnp.copy, nnx.state(model, nnx.Param))
    optimizer.update(model, grads)
    after = nnx.state(model, nnx.Param)
    nnx.update(model, jax.tree.map(lambda new, old: jnp.where(finite, new, old), after, before))

    count = jnp.where(finite, good_steps + 1, 0)
    grow = count >= growth_interval
    scale = jnp.where(finite, loss_scale, jnp.maximum(loss_scale / 2, 1.0))
    scale = jnp.where(grow, jnp.minimum(scale * 2, 2.0**24), scale)
    count = jnp.where(grow, 0, count)
    return jnp.stack([half_loss(model).astype(jnp.float32), scale, count.astype(jnp.float32)])
