# expect: accepted
import math

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradScaler:
    """The torch one, as I remember it."""

    def __init__(self, init_scale, growth_interval, tracker):
        self._scale = float(init_scale)
        self._growth_interval = int(growth_interval)
        self._growth_tracker = int(tracker)
        self._found_inf = None

    def scale(self, loss):
        return loss.astype(jnp.float32) * self._scale

    def unscale_(self, grads):
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / self._scale, grads)
        total = sum(int((~jnp.isfinite(g)).sum()) for g in jax.tree.leaves(grads))
        self._found_inf = total != 0
        return grads

    def step(self, model, optimizer, grads):
        snapshot = jax.tree.map(jnp.copy, nnx.state(model))
        optimizer.update(model, grads)
        if self._found_inf:
            nnx.update(model, snapshot)

    def update(self):
        if self._found_inf:
            self._scale = max(1.0, self._scale / 2)
            self._growth_tracker = 0
            return
        self._growth_tracker += 1
        if self._growth_tracker == self._growth_interval:
            self._scale = min(math.pow(2, 24), self._scale * 2)
            self._growth_tracker = 0


def autocast(model):
    graphdef, state = nnx.split(model)
    return nnx.merge(graphdef, jax.tree.map(lambda a: a.astype(jnp.float16), state))


def mse(model, x, y):
    out = model(x)
    return jnp.mean((out - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = GradScaler(loss_scale, growth_interval, good_steps)
    x, y = jnp.asarray(x).astype(jnp.float16), jnp.asarray(y).astype(jnp.float16)

    grads = nnx.grad(lambda m: scaler.scale(mse(m, x, y)))(autocast(model))
    grads = scaler.unscale_(grads)
    scaler.step(model, optimizer, grads)
    scaler.update()

    loss = mse(autocast(model), x, y)
    return jnp.array([float(loss), scaler._scale, scaler._growth_tracker], dtype=jnp.float32)
