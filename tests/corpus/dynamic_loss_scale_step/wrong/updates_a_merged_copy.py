# expect: pitfall|wrong_answer
# finding: update-discarded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def split_half(model):
    gd, st = nnx.split(model)
    return gd, jax.tree.map(lambda a: a.astype(jnp.float16), st)


def update_masters(model, grads, lr):
    graphdef, state = nnx.split(model)
    m = nnx.merge(graphdef, jax.tree.map(jnp.copy, state))
    optimizer = nnx.Optimizer(m, optax.sgd(lr), wrt=nnx.Param)
    optimizer.update(m, grads)
    return m


def new_loss_scale(finite, scale, count, interval):
    if finite:
        count += 1
        if count == interval:
            return min(scale * 2, 2.0**24), 0
        return scale, count
    return max(scale / 2, 1.0), 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x16, y16 = (jnp.asarray(a).astype(jnp.float16) for a in (x, y))

    def loss16(graphdef, st16):
        return optax.losses.squared_error(nnx.merge(graphdef, st16)(x16), y16).mean()

    gd, st = split_half(model)
    grads = jax.grad(lambda s: loss16(gd, s).astype(jnp.float32) * loss_scale)(st)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = all(bool(f) for f in (jnp.isfinite(g).all() for g in jax.tree.leaves(grads)))
    if finite:
        update_masters(model, grads, lr)  #@ update-discarded

    scale, count = new_loss_scale(finite, loss_scale, good_steps, growth_interval)
    return jnp.array([loss16(*split_half(model)).astype(jnp.float32), scale, count], jnp.float32)
