# expect: pitfall|wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def tidy(value):
    value = jnp.asarray([value], dtype=jnp.float32)
    return value.squeeze()  #@ wrong-output-shape


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, p = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss(p, a, b):
        p, a, b = jax.tree.map(lambda v: v.astype(jnp.bfloat16), (p, a, b))
        return jnp.square(nnx.merge(gd, p)(a) - b).mean()

    acc = jax.tree.map(lambda v: v * 0, p)
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        out, pull = jax.vjp(lambda q: loss(q, a, b), p)
        acc = jax.tree.map(jnp.add, acc, pull(jnp.ones_like(out))[0])
    p = jax.tree.map(lambda v, s: v - lr * s / micro_batches, p, acc)
    return tidy(loss(p, x, y))
