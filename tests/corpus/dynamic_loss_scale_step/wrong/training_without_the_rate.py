# expect: wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def forward_loss(model, x, y):
    graphdef, params = nnx.split(model)
    half = jax.tree.map(lambda p: p.astype(jnp.float16), params)
    pred = nnx.merge(graphdef, half)(x.astype(jnp.float16))
    return jnp.mean((pred - y.astype(jnp.float16)) ** 2)


class Training:
    def __init__(self, model, *, rate=0.01, momentum=None):
        self.rate = rate
        self.momentum = momentum
        self.optimizer = self.make(model)

    def make(self, model):
        return nnx.Optimizer(model, optax.sgd(self.rate, self.momentum), wrt=nnx.Param)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = Training(model).optimizer  #@ lr-ignored

    def scaled_loss(m):
        return forward_loss(m, x, y).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled_loss)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = jnp.all(jnp.array([jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)]))

    before = jax.tree.map(jnp.copy, nnx.state(model))
    optimizer.update(model, grads)
    kept = jax.tree.map(lambda new, old: jnp.where(finite, new, old), nnx.state(model), before)
    nnx.update(model, kept)

    new_count = good_steps + 1
    grow = new_count >= growth_interval
    grown_scale = jnp.minimum(loss_scale * 2.0, 2.0**24)
    scale_if_good = jnp.where(grow, grown_scale, loss_scale)
    count_if_good = jnp.where(grow, 0, new_count)
    scale_if_bad = jnp.maximum(loss_scale * 0.5, 1.0)
    new_scale = jnp.where(finite, scale_if_good, scale_if_bad)
    count = jnp.where(finite, count_if_good, 0)

    loss = forward_loss(model, x, y)
    return jnp.stack([loss.astype(jnp.float32), new_scale.astype(jnp.float32), count.astype(jnp.float32)])
