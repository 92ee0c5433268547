# expect: wrong_answer
# finding: scale-not-reduced
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class DynamicScaler:
    def __init__(self, scale, good, interval):
        self.scale, self.good, self.interval = scale, good, interval

    def record(self, finite):
        if not finite:  #@ scale-not-reduced
            self.good = 0  #@ scale-not-reduced
            return  #@ scale-not-reduced
        self.good += 1
        if self.good == self.interval:
            self.scale = min(self.scale * 2, 2.0**24)
            self.good = 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    sc = DynamicScaler(loss_scale, good_steps, growth_interval)
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m, factor=loss_scale):
        return jnp.mean((m(x) - y.astype(jnp.float16)) ** 2).astype(jnp.float32) * factor

    g = jax.tree.map(lambda a: a / loss_scale, nnx.grad(loss_fn)(model))
    ok = bool(jnp.isfinite(optax.global_norm(g)))
    if ok:
        opt.update(model, g)
    sc.record(ok)
    return jnp.array([loss_fn(model), sc.scale, sc.good], dtype=jnp.float32)  #@ scaled-loss-returned
