# expect: wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class AmpScaler:
    def __init__(self, scale, tracker, interval):
        self.value = scale
        self.tracker = tracker
        self.interval = interval
        self.found_inf = False

    def scale(self, loss):
        return loss.astype(jnp.float32) * self.value

    def unscale(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.value, grads)

    def step(self, opt, model, grads):
        grads = self.unscale(grads)
        opt.update(model, grads)  #@ unchecked-overflow
        for g in jax.tree.leaves(grads):
            if not bool(jnp.isfinite(g).all()):
                self.found_inf = True

    def update(self):
        if self.found_inf:
            self.value = max(self.value / 2, 1.0)
            self.tracker = 0
        else:
            self.tracker += 1
            if self.tracker >= self.interval:
                self.value = min(self.value * 2, 2.0**24)
                self.tracker = 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = AmpScaler(loss_scale, good_steps, growth_interval)

    def loss_fn(model):
        return jnp.mean((model(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: scaler.scale(loss_fn(m)))(model)
    scaler.step(opt, model, grads)  #@ unchecked-overflow
    scaler.update()
    return jnp.array([loss_fn(model).astype(jnp.float32), scaler.value, scaler.tracker])
