# expect: wrong_answer
# finding: wrong-half-dtype
import contextlib

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


class Autocast(contextlib.AbstractContextManager):
    """with Autocast() as cast: ... cast(tree) is the tree in the half type."""

    def __init__(self, device_type="cpu", dtype=None):
        defaults = {"cuda": jnp.float16, "cpu": jnp.bfloat16}  #@ wrong-half-dtype
        self.dtype = dtype or defaults[device_type]  #@ wrong-half-dtype

    def __exit__(self, *exc):
        return None

    def __call__(self, tree):
        return jax.tree.map(lambda t: jnp.asarray(t).astype(self.dtype), tree)


class Scaler:
    def __init__(self, scale, good, interval):
        self.value, self.good, self.interval = scale, good, interval

    def up(self, loss):
        return loss.astype(jnp.float32) * self.value

    def down(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.value, grads)

    def record(self, finite):
        self.good = self.good + 1 if finite else 0
        if not finite:
            self.value = max(self.value / 2.0, 1.0)
        elif self.good == self.interval:
            self.value, self.good = min(self.value * 2.0, 2.0**24), 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)
    scaler = Scaler(loss_scale, good_steps, growth_interval)
    tx = optax.sgd(lr)

    with Autocast() as cast:
        inputs, targets = cast((x, y))

        def criterion(p):
            return jnp.mean(jnp.square(nnx.merge(graphdef, cast(p))(inputs) - targets))

        grads = jax.grad(lambda p: scaler.up(criterion(p)))(cast(params))
        grads = scaler.down(grads)
        finite = all(np.isfinite(np.asarray(g)).all() for g in jax.tree.leaves(grads))
        if finite:
            updates, _ = tx.update(grads, tx.init(params))
            params = optax.apply_updates(params, updates)
        scaler.record(finite)
        loss = criterion(params).astype(jnp.float32)

    return jnp.array([loss, scaler.value, scaler.good], dtype=jnp.float32)
