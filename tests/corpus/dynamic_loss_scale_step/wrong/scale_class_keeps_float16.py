# expect: wrong_answer
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Scaler:
    dtype = jnp.float16  #@ low-precision-loss-scale

    def __init__(self, value):
        self.value = jnp.asarray(value, self.dtype)  #@ low-precision-loss-scale

    def __call__(self, loss):
        return loss.astype(jnp.float32) * self.value

    def invert(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.value, grads)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    scaler = Scaler(loss_scale)
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    o = nnx.Optimizer(m, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m):
        p = x.astype(jnp.float16) @ m.kernel[...].astype(jnp.float16) + m.bias[...].astype(jnp.float16)
        return jnp.mean((p - y.astype(jnp.float16)) ** 2)

    grads = scaler.invert(nnx.grad(lambda m: scaler(loss_fn(m)))(m))
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        o.update(m, grads)
        n, s = good_steps + 1, scaler.value
        if n == growth_interval:
            n, s = 0, jnp.minimum(s.astype(jnp.float32) * 2, 2.0**24)
    else:
        n, s = 0, jnp.maximum(scaler.value / 2, 1.0)
    return jnp.array([loss_fn(m).astype(jnp.float32), s, n], dtype=jnp.float32)
