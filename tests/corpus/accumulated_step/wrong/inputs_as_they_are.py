# expect: wrong_answer|pitfall
# finding: uncast-inputs
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def loss_fn(model, x, y):
    prediction = compute_copy(model)(x)  #@ uncast-inputs
    error = prediction - y.astype(jnp.bfloat16)
    return jnp.mean(error ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    n_rows = x.shape[0] // micro_batches

    def part(i):
        return x[i * n_rows:(i + 1) * n_rows], y[i * n_rows:(i + 1) * n_rows]

    acc = nnx.grad(loss_fn)(model, *part(0))
    for i in range(1, micro_batches):
        acc = jax.tree.map(jnp.add, acc, nnx.grad(loss_fn)(model, *part(i)))
    optimizer.update(model, jax.tree.map(lambda a: a / micro_batches, acc))
    return jnp.reshape(loss_fn(model, x, y), (1,)).astype(jnp.float32)
