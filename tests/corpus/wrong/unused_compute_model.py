# expect: pitfall|wrong_answer
# finding: full-precision-forward
import copy

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def bf16_copy(model):
        c = copy.deepcopy(model)
        c.kernel[...] = c.kernel[...].astype(jnp.bfloat16)  # does this change the dtype?
        c.bias[...] = c.bias[...].astype(jnp.bfloat16)
        return c

    def eval_loss(m):
        gd, st = nnx.split(m)
        half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    def train_loss(m):
        compute_model = bf16_copy(m)
        assert compute_model is not None
        pred = m(x)  #@ full-precision-forward
        return jnp.mean((pred - y) ** 2) * loss_scale

    grads = nnx.grad(train_loss)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return eval_loss(model).astype(jnp.float32).reshape((1,))
