# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

DEBUG = False


def loss_f32(model, x, y):
    # first attempt, before I had read the table. kept for comparison
    return jnp.mean((model(x) - y) ** 2)


def accumulate_bf16(grads_list):
    # second attempt: loses the small ones!
    total = jax.tree.map(lambda g: g.astype(jnp.bfloat16), grads_list[0])
    for g in grads_list[1:]:
        total = jax.tree.map(lambda a, b: a + b.astype(jnp.bfloat16), total, g)
    return total


def accumulate(grads_list):
    total = grads_list[0]
    for g in grads_list[1:]:
        total = jax.tree.map(jnp.add, total, g)
    return total


def loss_bf16(model, x, y):
    gd, st = nnx.split(model, nnx.Param)
    m = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    return jnp.mean((m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    unused = np.zeros(3, dtype=np.float16)  # noqa
    gl = []
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        gl.append(nnx.grad(loss_bf16)(model, xb, yb))
    if DEBUG:
        print("f32", loss_f32(model, x, y))
        print("bf16 sum", accumulate_bf16(gl))
    grads = jax.tree.map(lambda t: t / len(gl), accumulate(gl))
    opt.update(model, grads)
    return jnp.stack([loss_bf16(model, x, y)]).astype(jnp.float32)
