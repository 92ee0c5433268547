# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx

MASTER = jnp.float32
WORK = jnp.bfloat16


def build(d_in, d_out, seed):
    # the masters are float32
    return nnx.Linear(d_in, d_out, dtype=MASTER, rngs=nnx.Rngs(seed))  #@ full-precision-forward


def working_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(WORK), state))


def loss_fn(model, batch):
    x, y = batch
    error = working_copy(model)(x) - y
    return jnp.mean(error ** 2)


@nnx.jit
def part_grads(model, batch):
    return nnx.grad(loss_fn)(model, batch)


def rows(batch, start, stop):
    return tuple(a[start:stop] for a in batch)


def accumulated_step(seed, x, y, lr, micro_batches):
    batch = tuple(jnp.asarray(a).astype(WORK) for a in (x, y))
    model = build(x.shape[1], y.shape[1], int(seed))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    size = x.shape[0] // micro_batches
    total = part_grads(model, rows(batch, 0, size))
    for k in range(1, micro_batches):
        grads = part_grads(model, rows(batch, k * size, (k + 1) * size))
        total = jax.tree.map(lambda a, b: a + b, total, grads)

    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss_fn(model, batch).astype(MASTER).reshape(1)
