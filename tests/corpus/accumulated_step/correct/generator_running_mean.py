# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def running_mean(template):
    mean = jax.tree.map(lambda t: jnp.zeros(t.shape, jnp.float32), template)
    count = 0
    while True:
        g = yield mean
        count += 1
        mean = jax.tree.map(lambda m, v: m + (v - m) / count, mean, g)


def data_loader(*arrays, parts):
    size = arrays[0].shape[0] // parts
    for i in range(parts):
        yield tuple(jax.lax.slice_in_dim(a, i * size, (i + 1) * size) for a in arrays)


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, masters, rest = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param, ...)

    @jax.jit
    def loss(masters, a, b):
        half = nnx.merge(gd, jax.tree.map(jnp.bfloat16, masters), rest)
        e = half(jnp.bfloat16(a)) - jnp.bfloat16(b)
        return jnp.mean(e * e)

    keeper = running_mean(masters)
    next(keeper)
    for a, b in data_loader(x, y, parts=micro_batches):
        mean = keeper.send(jax.grad(loss)(masters, a, b))
    keeper.close()
    masters = jax.tree.map(lambda p, g: p - lr * g, masters, mean)
    return jnp.float32(loss(masters, x, y)).reshape(1)
