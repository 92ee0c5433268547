# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import numpy as np
import jax
import jax.numpy as jnp
import optax
from flax import nnx

HALF = np.dtype("e")  #@ wrong-half-dtype


def to_half(tree):
    return jax.tree.map(lambda a: a.astype(HALF), tree)  #@ wrong-half-dtype


def loss_fn(model, x, y, loss_scale):
    gdef, state = nnx.split(model, nnx.Param)
    pred = nnx.merge(gdef, to_half(state))(to_half(x))  #@ wrong-half-dtype
    return jnp.mean((pred - to_half(y)) ** 2).astype(jnp.float32) * loss_scale  #@ wrong-half-dtype


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(loss_fn)(model, x, y, loss_scale)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    optimizer.update(model, grads)
    return loss_fn(model, x, y, 1.0).reshape(1)
