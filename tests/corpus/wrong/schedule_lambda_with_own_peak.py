# expect: wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Config:
    peak_lr = 3e-3
    warmup = 0

    def schedule(self):
        return optax.constant_schedule(self.peak_lr)


def mixed_precision_step(seed, x, y, lr, loss_scale, cfg=Config()):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(cfg.schedule()), wrt=nnx.Param)  #@ lr-ignored

    def mse(m):
        gdef, st = nnx.split(m, nnx.Param)
        m = nnx.merge(gdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        return jnp.mean((m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)

    grads = nnx.grad(lambda m: mse(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    optimizer.update(model, grads)  #@ lr-ignored
    return mse(model).reshape(1)
