# expect: pitfall|wrong_answer
# finding: lr-ignored
# finding: missing-loss-scale
import operator
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx

make_sgd = partial(optax.sgd, learning_rate=0.05)  #@ lr-ignored


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, make_sgd(), wrt=nnx.Param)  #@ lr-ignored

    def half_loss(m):
        error = operator.sub(m(x), y.astype(m.dtype))
        return jnp.mean(error * error)

    def single_loss(m):
        return half_loss(m).astype(jnp.float32)  #@ missing-loss-scale

    optimizer.update(model, nnx.grad(single_loss)(model))  #@ missing-loss-scale, lr-ignored
    return single_loss(model).reshape(1)
