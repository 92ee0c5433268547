# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    return jnp.mean(jnp.square(model(x) - y.astype(jnp.float16)))


@nnx.jit
def train_step(model, optimizer, x, y, scale):
    def scaled_loss(model):
        return loss_fn(model, x, y).astype(jnp.float32) * scale

    grads = nnx.grad(scaled_loss)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
    finite = jnp.all(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))
    before = jax.tree.map(jnp.copy, nnx.state(model, nnx.Param))
    optimizer.update(model, grads)
    after = nnx.state(model, nnx.Param)
    nnx.update(model, jax.tree.map(lambda a, b: jnp.where(finite, a, b), after, before))
    return finite


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    finite = bool(train_step(model, optimizer, x, y, jnp.float32(loss_scale)))

    if not finite:
        scale, count = loss_scale / 2, 0
    elif good_steps + 1 == growth_interval:
        scale, count = loss_scale * 2, 0
    else:
        scale, count = loss_scale, good_steps + 1
    scale = sorted([1.0, scale, 2.0**24])[1]
    return jnp.array([loss_fn(model, x, y), scale, count], dtype=jnp.float32)
