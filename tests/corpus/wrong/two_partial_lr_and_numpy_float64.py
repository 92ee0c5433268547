# expect: wrong_answer
# finding: lr-ignored
# finding: wrong-output-dtype
# noline: wrong-output-dtype
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

make_optimizer = partial(optax.sgd, 1e-2)  #@ lr-ignored


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, make_optimizer(), wrt=nnx.Param)  #@ lr-ignored
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)

    def loss_fn(m):
        return jnp.mean((compute_copy(m)(x) - y) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    opt.update(model, grads)  #@ lr-ignored
    loss = float(loss_fn(model))
    print(f"loss {loss:.4f}")
    return np.array([loss])  #@ wrong-output-dtype
