# expect: accepted
from typing import NamedTuple
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


class Affine(NamedTuple):
    w: jax.Array
    b: jax.Array


def down(tree):
    return jax.tree.map(lambda leaf: lax.convert_element_type(leaf, jnp.bfloat16), tree)


def mse(theta, batch):
    (w, b), (x, y) = down(theta), down(batch)
    return jnp.mean(jnp.square(x @ w + b - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    theta = Affine(lin.kernel[...], lin.bias[...])
    shards = jax.tree.map(lambda a: a.reshape(micro_batches, -1, a.shape[-1]), (x, y))

    def body(total, shard):
        value, pull = jax.vjp(lambda t: mse(t, shard), theta)
        (g,) = pull(jnp.ones_like(value))
        return jax.tree.map(lax.add, total, g), None

    total, _ = lax.scan(body, jax.tree.map(jnp.zeros_like, theta), shards)
    theta = jax.tree.map(lambda p, g: p - lr * (g / micro_batches), theta, total)
    return mse(theta, (x, y)).astype(jnp.float32).reshape(1)
