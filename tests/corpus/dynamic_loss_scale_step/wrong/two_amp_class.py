# expect: wrong_answer|pitfall
# finding: unscaled-grads
# finding: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class AMP:
    def __init__(self, model, optimizer, scale, good, interval):
        self.model, self.optimizer = model, optimizer
        self.scale, self.good, self.interval = scale, good, interval

    def forward(self, model, x, y):
        return jnp.mean(jnp.square(model(x.astype(jnp.float16)) - y.astype(jnp.float16)))

    def backward(self, x, y):
        def objective(model):
            return self.forward(model, x, y).astype(jnp.float32) * self.scale

        return nnx.grad(objective)(self.model)

    def step(self, x, y):
        grads = self.backward(x, y)
        grads = jax.tree.map(lambda g: g.astype(jnp.float32), grads)  #@ unscaled-grads
        found_inf = not all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
        if found_inf:
            self.scale = max(self.scale / 2, 1.0)  #@ count-not-reset
            return
        self.optimizer.update(self.model, grads)  #@ unscaled-grads
        self.good += 1
        if self.good == self.interval:
            self.scale = min(self.scale * 2, 2.0**24)
            self.good = 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    amp = AMP(model, nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param), loss_scale, good_steps, growth_interval)
    amp.step(x, y)
    loss = amp.forward(amp.model, x, y).astype(jnp.float32)
    return jnp.array([loss, amp.scale, amp.good], dtype=jnp.float32)  #@ count-not-reset
