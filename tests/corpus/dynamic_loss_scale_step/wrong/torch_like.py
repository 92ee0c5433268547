# expect: pitfall|wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Scaler:
    def __init__(self, scale, good_steps, interval):
        self.scale_value = scale
        self.good_steps = good_steps
        self.interval = interval
        self.finite = None

    def scale(self, loss):
        return loss.astype(jnp.float32) * self.scale_value

    def unscale(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.scale_value, grads)

    def step(self, optimizer, model, grads):
        grads = self.unscale(grads)  #@ doubly-unscaled-grads
        self.finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
        if self.finite:
            optimizer.update(model, grads)

    def update(self):
        if self.finite:
            self.good_steps += 1
            if self.good_steps >= self.interval:
                self.scale_value = min(self.scale_value * 2, 2.0**24)
                self.good_steps = 0
        else:
            self.scale_value = max(self.scale_value / 2, 1.0)
            self.good_steps = 0


def compute_loss(model, x, y):
    return jnp.mean((model(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = Scaler(loss_scale, good_steps, growth_interval)

    grads = nnx.grad(lambda m: scaler.scale(compute_loss(m, x, y)))(model)
    grads = scaler.unscale(grads)  #@ doubly-unscaled-grads
    biggest = max(float(jnp.abs(g).max()) for g in jax.tree.leaves(grads))
    print(f"largest gradient: {biggest:.3g}")
    scaler.step(optimizer, model, grads)  #@ doubly-unscaled-grads
    scaler.update()
    return jnp.array([compute_loss(model, x, y), scaler.scale_value, scaler.good_steps], dtype=jnp.float32)
