# expect: wrong_answer
# finding: unscaled-grads
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dtype_of(kind):
    match kind:
        case "bf16":
            return jnp.bfloat16
        case "half":
            return jnp.float16  #@ wrong-half-dtype
        case _:
            return jnp.float32


def run(model, x, y, kind):
    dt = dtype_of(kind)
    gd, st = nnx.split(model, nnx.Param)
    copy = nnx.merge(gd, jax.tree.map(lambda p: p.astype(dt), st))
    return jnp.mean((copy(x.astype(dt)) - y.astype(dt)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(lambda m: run(m, x, y, "bf16").astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32), grads)
    opt.update(model, grads)  #@ unscaled-grads
    return run(model, x, y, "half").astype(jnp.float32).reshape(1)  #@ wrong-half-dtype
