# expect: wrong_answer
# finding: scale-unbounded
"""A faithful port of torch.amp.GradScaler."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradScaler:
    def __init__(self, init_scale, growth_tracker, growth_interval, growth_factor=2.0, backoff_factor=0.5):
        self._scale = jnp.full((), init_scale, dtype=jnp.float32)
        self._growth_tracker = growth_tracker
        self._growth_interval = growth_interval
        self._growth_factor = growth_factor
        self._backoff_factor = backoff_factor

    def scale(self, output):
        return output.astype(jnp.float32) * self._scale

    def unscale_(self, grads):
        inv_scale = 1.0 / self._scale
        grads = jax.tree.map(lambda g: g * inv_scale, grads)
        self.found_inf = bool(jnp.any(jnp.stack([~jnp.isfinite(g).all() for g in jax.tree.leaves(grads)])))
        return grads

    def step(self, optimizer, model, grads):
        if self.found_inf:
            return None
        return optimizer.update(model, grads)

    def update(self):
        if self.found_inf:
            self._scale = self._scale * self._backoff_factor  #@ scale-unbounded
            self._growth_tracker = 0
        else:
            successful = self._growth_tracker + 1
            if successful == self._growth_interval:
                self._scale = self._scale * self._growth_factor  #@ scale-unbounded
                self._growth_tracker = 0
            else:
                self._growth_tracker = successful


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = GradScaler(loss_scale, good_steps, growth_interval)

    def mse_loss(model):
        return jnp.mean((model(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: scaler.scale(mse_loss(m)))(model)
    grads = scaler.unscale_(grads)
    scaler.step(optimizer, model, grads)
    scaler.update()
    return jnp.array([mse_loss(model).astype(jnp.float32), scaler._scale, scaler._growth_tracker], dtype=jnp.float32)
