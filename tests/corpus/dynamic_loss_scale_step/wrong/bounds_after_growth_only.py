# expect: wrong_answer
# finding: scale-unbounded
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from dataclasses import dataclass


@dataclass
class DynamicScale:
    scale: float
    good: int
    interval: int

    def register(self, finite):
        if finite:
            self.good += 1
            if self.good >= self.interval:
                self.good = 0
                self.scale = min(max(self.scale * 2, 1.0), 2.0**24)
            return
        self.good = 0
        self.scale /= 2  #@ scale-unbounded


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    ds = DynamicScale(loss_scale, good_steps, growth_interval)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        w, b = m.kernel[...].astype(jnp.float16), m.bias[...].astype(jnp.float16)
        return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * ds.scale)(model)
    grads = jax.tree.map(lambda g: g / ds.scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        optimizer.update(model, grads)
    ds.register(finite)
    return jnp.array([loss_fn(model).astype(jnp.float32), ds.scale, ds.good])
