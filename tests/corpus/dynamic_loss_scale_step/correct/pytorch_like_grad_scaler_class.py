# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradScaler:
    """What torch.amp.GradScaler does, with bounds."""

    MIN, MAX = 1.0, 2.0**24

    def __init__(self, init_scale, growth_tracker=0, growth_factor=2.0, backoff_factor=0.5, growth_interval=2000):
        self._scale = float(init_scale)
        self._growth_tracker = growth_tracker
        self.growth_factor = growth_factor
        self.backoff_factor = backoff_factor
        self.growth_interval = growth_interval
        self._found_inf = False

    def scale(self, loss):
        return loss.astype(jnp.float32) * self._scale

    def unscale_(self, grads):
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / self._scale, grads)
        self._found_inf = any(bool(jnp.any(~jnp.isfinite(g))) for g in jax.tree.leaves(grads))
        return grads

    def step(self, optimizer, model, grads):
        if not self._found_inf:
            optimizer.update(model, grads)

    def update(self):
        if self._found_inf:
            self._scale = max(self._scale * self.backoff_factor, self.MIN)
            self._growth_tracker = 0
        else:
            self._growth_tracker += 1
            if self._growth_tracker == self.growth_interval:
                self._scale = min(self._scale * self.growth_factor, self.MAX)
                self._growth_tracker = 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = GradScaler(loss_scale, good_steps, growth_interval=growth_interval)
    y = y.astype(jnp.float16)

    def criterion(model):
        return jnp.mean((model(x) - y) ** 2)

    grads = nnx.grad(lambda m: scaler.scale(criterion(m)))(model)
    grads = scaler.unscale_(grads)
    scaler.step(opt, model, grads)
    scaler.update()
    return jnp.array([criterion(model).astype(jnp.float32), scaler._scale, scaler._growth_tracker], dtype=jnp.float32)
