# expect: wrong_answer
# allow: unscaled-grads
# allow: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Scaler:
    def __init__(self, scale, good, interval):
        self.scale, self.good, self.interval = scale, good, interval

    def observe(self, grads):
        """Sets the scale after a look at the gradients; says whether they are finite."""
        ok = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
        self.good = self.good + 1 if ok else 0
        if not ok:
            self.scale = max(self.scale / 2, 1.0)
        if self.good == self.interval:
            self.scale, self.good = min(self.scale * 2, 2.0**24), 0
        return ok

    def unscale(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.scale, grads)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    scaler = Scaler(loss_scale, good_steps, growth_interval)
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def mse(model):
        return jnp.mean((model(x) - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * scaler.scale)(model)
    if scaler.observe(grads):
        optimizer.update(model, scaler.unscale(grads))
    return jnp.array([mse(model).astype(jnp.float32), scaler.scale, scaler.good], dtype=jnp.float32)
