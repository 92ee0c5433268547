# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradScaler:
    """What I know from torch.cuda.amp, with bounds."""

    def __init__(self, init_scale, growth_tracker, growth_interval, growth_factor=2.0, backoff_factor=0.5):
        self._scale = float(init_scale)
        self._growth_tracker = growth_tracker
        self._growth_interval = growth_interval
        self._growth_factor = growth_factor
        self._backoff_factor = backoff_factor
        self._found_inf = False

    def scale(self, loss):
        return loss.astype(jnp.float32) * self._scale

    def unscale_(self, grads):
        inv = 1.0 / self._scale
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) * inv, grads)
        self._found_inf = any(not bool(jnp.all(jnp.isfinite(g))) for g in jax.tree.leaves(grads))
        return grads

    def step(self, optimizer, model, grads):
        if not self._found_inf:
            optimizer.update(model, grads)

    def update(self):
        if self._found_inf:
            self._scale = max(self._scale * self._backoff_factor, 1.0)
            self._growth_tracker = 0
            return
        self._growth_tracker += 1
        if self._growth_tracker == self._growth_interval:
            self._scale = min(self._scale * self._growth_factor, float(2**24))
            self._growth_tracker = 0

    def get_scale(self):
        return self._scale


def forward(model, x):
    k = model.kernel.astype(jnp.float16)
    b = model.bias.astype(jnp.float16)
    return x @ k + b


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = GradScaler(loss_scale, good_steps, growth_interval)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(m):
        return jnp.mean(jnp.square(forward(m, x) - y))

    grads = nnx.grad(lambda m: scaler.scale(mse(m)))(model)
    grads = scaler.unscale_(grads)
    scaler.step(optimizer, model, grads)
    scaler.update()
    loss = mse(model)
    return jnp.asarray([float(loss), scaler.get_scale(), scaler._growth_tracker], dtype=jnp.float32)
