# expect: accepted
import functools
import jax
import jax.numpy as jnp
from flax import nnx

add = functools.partial(jax.tree.map, jnp.add)


def gradient(f, at):
    value, push = jax.linearize(f, at)
    return jax.linear_transpose(push, at)(jnp.ones_like(value))[0]


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = lin.kernel[...], lin.bias[...]
    cast = lambda a: jnp.asarray(a).astype(jnp.bfloat16)

    def loss_on(a, b):
        a, b = cast(a), cast(b)
        return lambda m: jnp.mean((a @ cast(m[0]) + cast(m[1]) - b) ** 2)

    stream = iter([gradient(loss_on(*ab), masters)
                   for ab in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))])
    total = functools.reduce(add, stream, next(stream))
    masters = jax.tree.map(lambda p, s: p - lr * (s / micro_batches), masters, total)
    return jnp.stack([loss_on(x, y)(masters)]).astype(jnp.float32)
