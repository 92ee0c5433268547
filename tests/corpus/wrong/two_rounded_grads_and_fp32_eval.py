# expect: pitfall|wrong_answer
# finding: low-precision-grads
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model, dtype=jnp.bfloat16):
        gd, st = nnx.split(model)
        low = nnx.merge(gd, jax.tree.map(lambda p: p.astype(dtype), st))
        return jnp.mean((low(x.astype(dtype)) - y.astype(dtype)) ** 2).astype(jnp.float32)

    grads = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: jnp.bfloat16(g / loss_scale).astype(g.dtype), grads)  #@ low-precision-grads
    opt.update(model, grads)
    return loss_fn(model, dtype=jnp.float32).reshape((1,))  #@ full-precision-final-loss
