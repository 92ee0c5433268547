# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(model):
    graphdef, state = nnx.split(model)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def loss_fn(model, xb, yb):
    return jnp.mean(jnp.square(half(model)(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.adam(lr), wrt=nnx.Param)
    acc = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for i in range(micro_batches):
        rows = x.shape[0] // micro_batches
        g = nnx.grad(loss_fn)(model, x[i * rows : (i + 1) * rows], y[i * rows : (i + 1) * rows])
        acc = jax.tree.map(jnp.add, acc, g)
    optimizer.update(model, jax.tree.map(lambda a: a / micro_batches, acc))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
