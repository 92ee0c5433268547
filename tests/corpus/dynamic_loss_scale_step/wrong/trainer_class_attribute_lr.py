# expect: wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Trainer:
    lr = 1e-2
    half = jnp.float16

    def __init__(self, model, lr):
        self.model = model
        self.learning_rate = lr
        self.opt = nnx.Optimizer(model, optax.sgd(self.lr), wrt=nnx.Param)  #@ lr-ignored

    def loss(self, m, x, y):
        p = x.astype(self.half) @ m.kernel[...].astype(self.half) + m.bias[...].astype(self.half)
        return jnp.mean(jnp.square(p - y.astype(self.half))).astype(jnp.float32)

    def step(self, x, y, scale):
        g = nnx.grad(lambda m: self.loss(m, x, y) * scale)(self.model)
        g = jax.tree.map(lambda a: a / scale, g)
        ok = all(bool(jnp.isfinite(a).all()) for a in jax.tree.leaves(g))
        if ok:
            self.opt.update(self.model, g)
        return ok


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    t = Trainer(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), lr)
    if t.step(x, y, loss_scale):
        n = good_steps + 1
        s, n = (loss_scale, n) if n < growth_interval else (min(loss_scale * 2, 2.0**24), 0)
    else:
        s, n = max(loss_scale / 2, 1.0), 0
    return jnp.array([t.loss(t.model, x, y), s, n], dtype=jnp.float32)
