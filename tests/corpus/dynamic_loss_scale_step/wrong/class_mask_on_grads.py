# expect: wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Scaler:
    def __init__(self, scale, tracker, interval):
        self.scale, self.tracker, self.interval = scale, tracker, interval

    def __call__(self, loss):
        return loss.astype(jnp.float32) * self.scale

    def unscale(self, grads):
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / self.scale, grads)
        self.ok = jnp.all(jnp.stack([jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)]))
        mask = jnp.float32(self.ok)
        return jax.tree.map(lambda g: g * mask, grads)  #@ masked-by-multiplication

    def advance(self):
        if self.ok:
            self.tracker += 1
            if self.tracker == self.interval:
                self.scale, self.tracker = min(self.scale * 2, 2.0**24), 0
        else:
            self.scale, self.tracker = max(self.scale / 2, 1.0), 0
        return self.scale, self.tracker


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    scaler = Scaler(loss_scale, good_steps, growth_interval)
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def mse(m):
        return jnp.mean((m(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: scaler(mse(m)))(model)
    optimizer.update(model, scaler.unscale(grads))
    return jnp.array([mse(model).astype(jnp.float32), *scaler.advance()], dtype=jnp.float32)
