# expect: wrong_answer
# finding: wrong-output-dtype
# noline: wrong-output-dtype
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def loss_fn(model, x, y, s):
    g, st = nnx.split(model, nnx.Param)
    m = nnx.merge(g, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    return s * jnp.mean((m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    opt.update(model, jax.tree.map(lambda g: g / loss_scale, nnx.grad(loss_fn)(model, x, y, loss_scale)))
    final = np.asarray(loss_fn(model, x, y, 1.0), dtype=float)  #@ wrong-output-dtype
    return final.reshape(-1)  #@ wrong-output-dtype
