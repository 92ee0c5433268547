# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class ScaleState(nnx.Module):
    def __init__(self, scale, count):
        self.scale = nnx.Variable(jnp.float32(scale))
        self.count = nnx.Variable(jnp.int32(count))


def loss16(model, x, y):
    return jnp.mean((model(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)


@nnx.jit
def one_step(model, optimizer, s, x, y, growth_interval):
    scale = s.scale[...]
    grads = nnx.grad(lambda m: loss16(m, x, y).astype(jnp.float32) * scale)(model)
    grads = jax.tree.map(lambda g: g / scale, grads)
    finite = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()

    def good(model, optimizer, s, grads):
        optimizer.update(model, grads)
        n = s.count[...] + 1
        full = n == growth_interval
        s.scale[...] = jnp.where(full, jnp.minimum(s.scale[...] * 2, 2.0**24), s.scale[...])
        s.count[...] = jnp.where(full, 0, n)

    def bad(model, optimizer, s, grads):
        s.scale[...] = jnp.maximum(s.scale[...] / 2, 1.0)
        s.count[...] = jnp.zeros_like(s.count[...])

    nnx.cond(finite, good, bad, model, optimizer, s, grads)
    return loss16(model, x, y).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    s = ScaleState(loss_scale, good_steps)
    loss = one_step(model, optimizer, s, x, y, growth_interval)
    return jnp.stack([loss, s.scale[...], s.count[...].astype(jnp.float32)])
