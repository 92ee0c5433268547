# expect: pitfall|wrong_answer
# finding: scaled-loss-returned
# finding: scale-grown-early
"""PyTorch's GradScaler, for nnx."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradScaler:
    def __init__(self, init_scale=2.0**16, growth_interval=2000, growth_tracker=0):
        self.value = float(init_scale)
        self.interval = growth_interval
        self.tracker = growth_tracker
        self.found_inf = False

    def scale(self, loss):
        return loss.astype(jnp.float32) * self.value

    def unscale(self, grads):
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / self.value, grads)
        self.found_inf = any(not bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
        return grads

    def step(self, optimizer, model, grads):
        if not self.found_inf:
            optimizer.update(model, grads)
            self.tracker += 1

    def update(self):
        if self.found_inf:
            self.value = max(self.value * 0.5, 1.0)
            self.tracker = 0
        elif self.tracker + 1 >= self.interval:  #@ scale-grown-early
            self.value = min(self.value * 2.0, 2.0**24)
            self.tracker = 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = GradScaler(loss_scale, growth_interval, good_steps)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(model):
        return jnp.mean((model(x) - y) ** 2)

    def objective(model, factor=scaler.value):
        return loss_fn(model).astype(jnp.float32) * factor

    grads = scaler.unscale(nnx.grad(objective)(model))
    scaler.step(optimizer, model, grads)
    scaler.update()

    final = objective(model)  #@ scaled-loss-returned
    return jnp.array([final, scaler.value, scaler.tracker], dtype=jnp.float32)
