# expect: wrong_answer
# finding: unchecked-overflow
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse_half(model, x, y):
    graphdef, state = nnx.split(model)
    half = nnx.merge(graphdef, jax.tree.map(lambda a: a.astype(jnp.float16), state))
    return jnp.mean((half(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)


@nnx.jit
def train_step(model, optimizer, x, y, scale):
    def objective(m):
        return mse_half(m, x, y).astype(jnp.float32) * scale

    grads = nnx.grad(objective)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
    optimizer.update(model, grads)  #@ unchecked-overflow
    return mse_half(model, x, y), True


def adjust(scale, count, interval, finite):
    if not finite:
        return max(scale * 0.5, 1.0), 0
    if count + 1 == interval:
        return min(scale * 2.0, 16777216.0), 0
    return scale, count + 1


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    loss, finite = train_step(model, optimizer, x, y, loss_scale)
    new_scale, new_count = adjust(loss_scale, good_steps, growth_interval, bool(finite))
    return jnp.array([loss.astype(jnp.float32), new_scale, new_count], jnp.float32)
