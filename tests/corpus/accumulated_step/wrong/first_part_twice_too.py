# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": m.kernel[...], "b": m.bias[...]}
    shards = jax.tree.map(lambda a: a.reshape(micro_batches, -1, a.shape[1]), (x, y))

    def loss(p, s):
        p, (a, b) = jax.tree.map(lambda v: v.astype(jnp.bfloat16), (p, s))
        return jnp.mean(jnp.square(a @ p["w"] + p["b"] - b))

    g = jax.grad(loss)
    init = g(p, jax.tree.map(lambda a: a[0], shards))
    total, _ = jax.lax.scan(lambda t, s: (jax.tree.map(jnp.add, t, g(p, s)), None), init, shards)
    p = jax.tree.map(lambda v, t: v - lr * (t / micro_batches), p, total)
    return loss(p, (x, y)).astype(jnp.float32)[None]
