# expect: wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from typing import NamedTuple


class Grads(NamedTuple):
    raw: object
    unscaled: object


def loss_fn(model, x, y, scale):
    gdef, st = nnx.split(model, nnx.Param)
    m = nnx.merge(gdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    loss = jnp.mean((m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)
    return loss.astype(jnp.float32) * scale


def gradients(model, x, y, scale):
    raw = nnx.grad(loss_fn)(model, x, y, scale)
    return Grads(raw, jax.tree.map(lambda g: g / scale, raw))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads, _ = gradients(model, x, y, loss_scale)  #@ unscaled-grads
    optimizer.update(model, grads)  #@ unscaled-grads
    return loss_fn(model, x, y, 1.0).reshape(1)
