# expect: accepted
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, batch):
    x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), batch)
    residual = model(x) - y
    return jnp.mean(residual * residual)


@functools.partial(nnx.jit, static_argnames="micro_batches")
def train_step(model, optimizer, batch, micro_batches):
    micro = jax.tree.map(lambda a: a.reshape(micro_batches, -1, *a.shape[1:]), batch)
    graphdef, params = nnx.split(model, nnx.Param)

    def body(carry, part):
        g = jax.grad(lambda p: loss_fn(nnx.merge(graphdef, p), part))(params)
        return jax.tree.map(jnp.add, carry, g), ()

    total, () = jax.lax.scan(body, jax.tree.map(jnp.zeros_like, params), micro)
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    train_step(model, optimizer, (x, y), micro_batches=micro_batches)
    return loss_fn(model, (x, y)).astype(jnp.float32).reshape(1)
