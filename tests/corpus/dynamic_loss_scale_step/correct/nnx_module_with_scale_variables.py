# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class ScaleState(nnx.Variable):
    pass


class DynamicScale(nnx.Module):
    def __init__(self, scale, good, interval):
        self.scale = ScaleState(jnp.asarray(scale, jnp.float32))
        self.good = ScaleState(jnp.asarray(good, jnp.int32))
        self.interval = interval

    def advance(self, finite):
        old, n = self.scale[...], self.good[...] + 1
        grow = finite & (n >= self.interval)
        self.scale[...] = jnp.where(finite, jnp.where(grow, jnp.minimum(old * 2, 2.0**24), old), jnp.maximum(old / 2, 1.0))
        self.good[...] = jnp.where(finite & ~grow, n, 0)


@nnx.jit
def train_step(model, optimizer, dyn, x, y):
    def loss_fn(model):
        return jnp.mean((model(x) - y) ** 2)

    old = jax.tree.map(jnp.copy, nnx.state(model, nnx.Param))
    s = dyn.scale[...]
    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * s)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / s, grads)
    finite = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    optimizer.update(model, grads)
    new = nnx.state(model, nnx.Param)
    nnx.update(model, jax.tree.map(lambda a, b: jnp.where(finite, a, b), new, old))
    dyn.advance(finite)
    return loss_fn(model)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    dyn = DynamicScale(loss_scale, good_steps, growth_interval)
    loss = train_step(model, optimizer, dyn, x.astype(jnp.float16), y.astype(jnp.float16))
    return jnp.stack([v.astype(jnp.float32) for v in (loss, dyn.scale[...], dyn.good[...])])
