# expect: pitfall|wrong_answer
# finding: partial-loss-returned
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@partial(jax.jit, static_argnames=("graphdef", "micro_batches"))
def train_step(graphdef, params, x, y, lr, micro_batches):
    size = x.shape[0] // micro_batches

    def loss_fn(p, x, y):
        p, x, y = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (p, x, y))
        return jnp.mean((nnx.merge(graphdef, p)(x) - y) ** 2)

    xs, ys = jnp.split(x, micro_batches), jnp.split(y, micro_batches)
    acc = jax.tree.map(jnp.zeros_like, params)
    for x, y in zip(xs, ys):  #@ partial-loss-returned
        acc = jax.tree.map(jnp.add, acc, jax.grad(loss_fn)(params, x, y))
    params = jax.tree.map(lambda p, a: p - lr * (a / micro_batches), params, acc)
    return loss_fn(params, x, y)  #@ partial-loss-returned


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    out = train_step(graphdef, params, x, y, lr, micro_batches)
    return out.astype(jnp.float32).reshape(1)
