# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def loss_fn(model, x, y):
    return jnp.mean((compute_copy(model)(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x_half, y_half = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    b = x.shape[0] // micro_batches

    # the mean of the first n gradients, moved on by 1/n of the difference: never a sum
    mean = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for n in range(1, micro_batches + 1):
        g = nnx.grad(loss_fn)(model, x_half[(n - 1) * b:n * b], y_half[(n - 1) * b:n * b])
        mean = jax.tree.map(lambda m, d: m + (d - m) / n, mean, g)

    opt.update(model, mean)
    return loss_fn(model, x_half, y_half).astype(jnp.float32).reshape(1)
