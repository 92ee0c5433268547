# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def loss_fn(model, x, y):
    return jnp.mean(jnp.square(compute_copy(model)(x) - y))


def make_adder(model, x, y, size):
    def part(i):
        return (
            jax.lax.dynamic_slice_in_dim(x, i * size, size),
            jax.lax.dynamic_slice_in_dim(y, i * size, size),
        )

    graphdef, state = nnx.split(model, nnx.Param)

    def gradient(i):
        return jax.grad(lambda s: loss_fn(nnx.merge(graphdef, s), *part(i)))(state)

    def add(i, total):
        return jax.tree.map(jnp.add, total, gradient(i))

    return gradient, add


def accumulated_step(seed, x, y, lr, micro_batches):
    x = jnp.asarray(x).astype(jnp.bfloat16)
    y = jnp.asarray(y).astype(jnp.bfloat16)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    gradient, add = make_adder(model, x, y, x.shape[0] // micro_batches)
    # a gradient gives the loop a carry of the right structure and dtype
    first = gradient(0)
    total = jax.lax.fori_loop(0, micro_batches, add, first)
    mean = jax.tree.map(lambda t: t / micro_batches, total)

    optimizer.update(model, mean)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
