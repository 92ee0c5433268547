# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradScaler:
    def __init__(self, init_scale, growth_tracker, growth_interval, growth_factor=2.0, backoff_factor=0.5):
        self._scale = init_scale
        self._growth_tracker = growth_tracker
        self._growth_interval = growth_interval
        self._growth_factor = growth_factor
        self._backoff_factor = backoff_factor
        self._found_inf = None

    def scale(self, loss):
        return loss.float() * self._scale if hasattr(loss, "float") else loss.astype(jnp.float32) * self._scale

    def unscale_(self, grads):
        inv = 1.0 / self._scale
        self._found_inf = 0.0
        for g in jax.tree.leaves(grads):
            self._found_inf += float(jnp.sum(~jnp.isfinite(g)))
        return jax.tree.map(lambda g: g.astype(jnp.float32) * inv, grads)

    def step(self, optimizer, model, grads):
        if not self._found_inf:
            optimizer.update(model, grads)

    def update(self):
        if self._found_inf:
            self._scale *= self._backoff_factor
            self._growth_tracker = 0
        else:
            self._growth_tracker += 1
            if self._growth_tracker == self._growth_interval:
                self._scale *= self._growth_factor
                self._growth_tracker = 0
        self._scale = min(max(self._scale, 1.0), 2.0**24)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = GradScaler(loss_scale, good_steps, growth_interval)
    target = jnp.asarray(y, jnp.float16)

    def criterion(m):
        return jnp.mean((m(x) - target) ** 2)

    grads = nnx.grad(lambda m: scaler.scale(criterion(m)))(model)
    grads = scaler.unscale_(grads)
    scaler.step(optimizer, model, grads)
    scaler.update()
    return jnp.array([criterion(model).astype(jnp.float32), scaler._scale, scaler._growth_tracker], jnp.float32)
