# expect: wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss(model, x, y):
    w, b = model.kernel[...].astype(jnp.bfloat16), model.bias[...].astype(jnp.bfloat16)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)


def sums(model, parts):
    for x, y in parts:
        total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))  #@ last-micro-batch-only
        g = nnx.grad(loss)(model, x, y)
        total = jax.tree.map(jnp.add, total, g)
        yield total


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    *_, total = sums(model, zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    opt.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss(model, x, y).astype(jnp.float32).reshape(1)
