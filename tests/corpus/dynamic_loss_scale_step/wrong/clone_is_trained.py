# expect: pitfall|wrong_answer
# finding: update-discarded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Session:
    def __init__(self, seed, dims, lr):
        self.model = nnx.Linear(*dims, dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
        self.opt = nnx.Optimizer(self.model, optax.sgd(lr), wrt=nnx.Param)

    def loss(self, model, x, y):
        return jnp.mean(jnp.square(model(x) - y.astype(jnp.float16))).astype(jnp.float32)

    def fit(self, x, y, scale):
        candidate = nnx.clone(self.model)
        g = nnx.grad(lambda m: self.loss(m, x, y) * scale)(candidate)
        g = jax.tree.map(lambda a: a / scale, g)
        ok = all(jnp.isfinite(a).all() for a in jax.tree.leaves(g))
        if ok:
            self.opt.update(candidate, g)  #@ update-discarded
        return ok

    def report(self, x, y):
        return self.loss(self.model, x, y)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    s = Session(seed, (x.shape[1], y.shape[1]), lr)
    if s.fit(x, y, loss_scale):
        n = (good_steps + 1) % growth_interval
        new_scale = loss_scale if n else min(2 * loss_scale, 2.0**24)
    else:
        n, new_scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([s.report(x, y), new_scale, n], jnp.float32)
