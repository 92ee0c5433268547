# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
# allow: uncast-targets
# allow: full-precision-loss
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def loss_fn(model, x, y):
    y = y.astype(np.half)  #@ wrong-half-dtype
    return jnp.mean((model(x) - y) ** 2).astype(jnp.bfloat16)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(lambda m: loss_fn(m, x, y).astype(jnp.float32) * loss_scale)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
