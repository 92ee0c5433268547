# expect: pitfall|wrong_answer
# finding: stale-loss
from functools import cached_property
import jax
import jax.numpy as jnp
from flax import nnx


class MixedLinear:
    def __init__(self, lin):
        self.w = lin.kernel[...]
        self.b = lin.bias[...]

    @cached_property
    def half(self):  #@ stale-loss
        return self.w.astype(jnp.float16), self.b.astype(jnp.float16)

    def loss(self, x, y):
        return residual_mse(self.half, x, y)


def residual_mse(p, x, y):
    return jnp.mean((x @ p[0] + p[1] - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    m = MixedLinear(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    gw, gb = jax.grad(lambda p: residual_mse(p, x, y).astype(jnp.float32) * loss_scale)(m.half)
    gw, gb = gw.astype(jnp.float32) / loss_scale, gb.astype(jnp.float32) / loss_scale
    if bool(jnp.isfinite(gw).all() & jnp.isfinite(gb).all()):
        m.w, m.b = m.w - lr * gw, m.b - lr * gb
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    final = m.loss(x, y)  #@ stale-loss
    return jnp.array([final.astype(jnp.float32), loss_scale, good_steps], jnp.float32)
