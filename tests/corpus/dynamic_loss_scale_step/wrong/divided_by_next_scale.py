# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Scaler:
    def __init__(self, scale, good, interval):
        self.scale, self.good, self.interval = jnp.float32(scale), good, interval

    def update(self, raw):
        self.finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(raw))
        self.good = self.good + 1 if self.finite else 0
        if not self.finite:
            self.scale = jnp.maximum(self.scale / 2, 1.0)
        elif self.good == self.interval:
            self.scale, self.good = jnp.minimum(self.scale * 2, 2.0**24), 0

    def unscale(self, raw):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.scale, raw)


class Task(nnx.Module):
    def __init__(self, d, k, seed):
        self.lin = nnx.Linear(d, k, rngs=nnx.Rngs(seed))

    def loss(self, xh, yh):
        gd, st = nnx.split(self.lin)
        out = nnx.merge(gd, jax.tree.map(lambda a: a.astype(jnp.float16), st))(xh)
        return optax.squared_error(out, yh).mean().astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    task = Task(x.shape[1], y.shape[1], int(seed))
    opt = nnx.Optimizer(task, optax.sgd(lr), wrt=nnx.Param)
    scaler = Scaler(loss_scale, good_steps, growth_interval)
    xh, yh = jnp.float16(x), jnp.float16(y)
    raw = nnx.grad(lambda t: t.loss(xh, yh) * scaler.scale)(task)
    scaler.update(raw)
    if scaler.finite:
        opt.update(task, scaler.unscale(raw))
    return jnp.stack([task.loss(xh, yh), scaler.scale, jnp.float32(scaler.good)])
