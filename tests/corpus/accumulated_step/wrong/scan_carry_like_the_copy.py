# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax

cast = lambda dtype: lambda tree: jax.tree.map(lambda a: a.astype(dtype), tree)
down, up = cast(jnp.bfloat16), cast(jnp.float32)


def loss(half, batch):
    x, y = batch
    return jnp.mean(jnp.square(x @ half["w"] + half["b"] - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"w": lin.kernel[...], "b": lin.bias[...]}
    half = down(masters)
    shards = jax.tree.map(lambda a: a.reshape(micro_batches, -1, a.shape[-1]), down((x, y)))

    def body(total, shard):
        return jax.tree.map(jnp.add, total, jax.grad(loss)(half, shard)), None  #@ low-precision-accumulator

    total, _ = lax.scan(body, jax.tree.map(jnp.zeros_like, half), shards)  #@ low-precision-accumulator
    mean = jax.tree.map(lambda g: g / micro_batches, up(total))
    masters = jax.tree.map(lambda p, g: p - lr * g, masters, mean)
    return up(loss(down(masters), down((x, y))))[None]
