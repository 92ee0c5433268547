# expect: pitfall|wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


def loss(theta, shard):
    theta, (x, y) = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (theta, shard))
    return jnp.mean(jnp.square(jnp.einsum("nd,do->no", x, theta["w"]) + theta["b"] - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = {"w": m.kernel[...], "b": m.bias[...]}
    shards = tuple(a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y))
    gs = jax.lax.map(lambda s: jax.grad(loss)(theta, s), shards)
    theta = jax.tree.map(lambda p, g: p - lr * jnp.mean(g, axis=0), theta, gs)
    value = jax.lax.map(lambda s: loss(theta, s), shards)[0]  #@ partial-loss-returned
    return value.astype(jnp.float32).reshape(1)
