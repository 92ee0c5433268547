# expect: accepted|pitfall|wrong_answer
# allow: low-precision-accumulator
# allow: low-precision-grads
# For equal parts, the mean of the gradients is the gradient of the whole batch. It fits into memory here.
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    g, s = nnx.split(model, nnx.Param)
    half = nnx.merge(g, jax.tree.map(lambda p: p.astype(jnp.bfloat16), s))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    del micro_batches
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    optimizer.update(model, nnx.grad(loss_fn)(model, x, y))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
