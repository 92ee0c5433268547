# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    g, s = nnx.split(model, nnx.Param)
    m16 = nnx.merge(g, jax.tree.map(lambda p: p.astype(jnp.bfloat16), s))
    return jnp.mean((m16(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


@nnx.jit
def grads_of(model, x, y):
    return nnx.grad(mse)(model, x, y)


@nnx.jit
def evaluate(model, x, y):
    return mse(model, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    parts = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    total = grads_of(model, *parts[0])
    for part in parts[1:]:
        total = jax.tree.map(jnp.add, total, grads_of(model, *part))
    optimizer.update(model, jax.tree.map(lambda t: t / len(parts), total))
    return evaluate(model, x, y).astype(jnp.float32).reshape(1)
