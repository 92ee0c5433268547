# expect: pitfall
# finding: scale-unbounded
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


class GradScaler:
    def __init__(self, scale, good_steps, interval, factor=2.0, least=1.0, most=2.0**16):
        self.scale = scale
        self.good_steps = good_steps
        self.interval = interval
        self.factor = factor
        self.least, self.most = least, most
        self.found_inf = False

    def scale_loss(self, loss):
        return loss.astype(jnp.float32) * self.scale

    def unscale(self, grads):
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / self.scale, grads)
        self.found_inf = not all(np.isfinite(np.asarray(g)).all() for g in jax.tree.leaves(grads))
        return grads

    def step(self, optimizer, model, grads):
        if not self.found_inf:
            optimizer.update(model, grads)

    def update(self):
        if self.found_inf:
            self.scale = max(self.scale / self.factor, self.least)
            self.good_steps = 0
            return
        self.good_steps += 1
        if self.good_steps == self.interval:
            self.scale = min(self.scale * self.factor, self.most)  #@ scale-unbounded
            self.good_steps = 0


def loss_fn(model, x, y):
    half = jax.tree.map(lambda p: p.astype(jnp.float16), nnx.state(model, nnx.Param))
    pred = x.astype(jnp.float16) @ half["kernel"] + half["bias"]
    return jnp.mean(jnp.square(pred - y.astype(jnp.float16)))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = GradScaler(loss_scale, good_steps, growth_interval)
    grads = nnx.grad(lambda m: scaler.scale_loss(loss_fn(m, x, y)))(model)
    grads = scaler.unscale(grads)
    scaler.step(optimizer, model, grads)
    scaler.update()
    loss = loss_fn(model, x, y)
    return np.array([float(loss), scaler.scale, scaler.good_steps], dtype=np.float32)
