# expect: pitfall|wrong_answer
# finding: master-downcast
# allow: full-precision-final-loss
# allow: low-precision-accumulator
# allow: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def round_params(model):
    # float32 storage, bfloat16 values
    model.kernel[...] = model.kernel[...].astype(jnp.bfloat16).astype(jnp.float32)  #@ master-downcast
    model.bias[...] = model.bias[...].astype(jnp.bfloat16).astype(jnp.float32)  #@ master-downcast


def loss_fn(model, x, y):
    w = model.kernel[...].astype(jnp.bfloat16)
    b = model.bias[...].astype(jnp.bfloat16)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    n = x.shape[0] // micro_batches
    acc = None
    for i in range(micro_batches):
        round_params(model)  #@ master-downcast
        g = nnx.grad(loss_fn)(model, x[i * n:i * n + n], y[i * n:i * n + n])
        acc = g if acc is None else jax.tree.map(jnp.add, acc, g)
    opt.update(model, jax.tree.map(lambda a: a / micro_batches, acc))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
