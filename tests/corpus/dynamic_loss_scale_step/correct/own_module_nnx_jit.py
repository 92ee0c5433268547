# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Regressor(nnx.Module):
    def __init__(self, d_in, d_out, rngs):
        self.linear = nnx.Linear(d_in, d_out, rngs=rngs)

    def __call__(self, x):
        w = self.linear.kernel[...].astype(jnp.float16)
        b = self.linear.bias[...].astype(jnp.float16)
        return x.astype(jnp.float16) @ w + b


def loss_fn(model, x, y):
    return jnp.mean((model(x) - y.astype(jnp.float16)) ** 2)


@nnx.jit
def train(model, opt, x, y, scale, good, interval, lr):
    def scaled(m):
        return loss_fn(m, x, y).astype(jnp.float32) * scale

    grads = nnx.grad(scaled)(model)
    grads = jax.tree.map(lambda g: g / scale, grads)
    # tried this first, too imprecise:
    sixteen = jax.tree.map(lambda p, g: p.astype(jnp.float16) - jnp.float16(lr) * g.astype(jnp.float16),
                           nnx.state(model, nnx.Param), grads)
    del sixteen
    finite = jnp.all(jnp.stack([jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)]))
    old = jax.tree.map(jnp.copy, nnx.state(model))
    opt.update(model, grads)
    nnx.update(model, jax.tree.map(lambda a, b: jnp.where(finite, a, b), nnx.state(model), old))
    good = jnp.where(finite, good + 1, 0)
    scale = jnp.where(finite, scale, jnp.maximum(1.0, scale / 2))
    scale = jnp.where(good >= interval, jnp.minimum(2.0 ** 24, scale * 2), scale)
    good = jnp.where(good >= interval, 0, good)
    return scale, good


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = Regressor(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scale, good = train(model, opt, x, y, jnp.float32(loss_scale), jnp.int32(good_steps), growth_interval, lr)
    return jnp.array([loss_fn(model, x, y), scale, good], dtype=jnp.float32)
