# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


class AverageMeter:
    def __init__(self):
        self.val = None

    def update(self, val):
        self.val = val.item()


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    X, Y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    meter = AverageMeter()

    def fwd(m):
        return jnp.mean((jnp.matmul(X, jnp.float16(m.kernel[...])) + jnp.float16(m.bias[...]) - Y) ** 2)

    g = nnx.grad(lambda m: jnp.float32(fwd(m)) * loss_scale)(model)
    g = jax.tree.map(lambda t: t / np.float32(loss_scale), g)
    bad = any(bool((~jnp.isfinite(t)).any()) for t in jax.tree.leaves(g))
    if bad:
        loss_scale = max(1.0, loss_scale / 2)
        good_steps = 0
    else:
        opt.update(model, g)
        good_steps = (good_steps + 1) % growth_interval
        loss_scale = loss_scale if good_steps else min(2.0**24, loss_scale * 2)
    meter.update(fwd(model))
    return np.array([meter.val, loss_scale, good_steps])  #@ wrong-output-dtype
