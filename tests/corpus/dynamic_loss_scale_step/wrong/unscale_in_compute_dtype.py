# expect: pitfall|wrong_answer
# finding: low-precision-unscale
# allow: low-precision-grads
# allow: low-precision-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


COMPUTE = jnp.float16


class LossScaler:
    def __init__(self, s):
        self.s = s

    def scale(self, loss):
        return loss.astype(jnp.float32) * self.s

    def unscale(self, grads):
        inv = jnp.asarray(1.0 / self.s, COMPUTE)  #@ low-precision-unscale
        return jax.tree.map(lambda g: (g.astype(COMPUTE) * inv).astype(jnp.float32), grads)  #@ low-precision-unscale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = LossScaler(loss_scale)

    def loss_fn(m):
        w, b = m.kernel[...].astype(COMPUTE), m.bias[...].astype(COMPUTE)
        return jnp.mean((x.astype(COMPUTE) @ w + b - y.astype(COMPUTE)) ** 2)

    grads = nnx.grad(lambda m: scaler.scale(loss_fn(m)))(model)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        optimizer.update(model, scaler.unscale(grads))
        scale, count = loss_scale, good_steps + 1
        if count >= growth_interval:
            scale, count = min(scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(model).astype(jnp.float32), scale, count])
