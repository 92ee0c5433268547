# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def chunks(a, size):
    return [a[i:i + size] for i in range(0, a.shape[0], size)]


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, p = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss(p, a, b):
        p, a, b = jax.tree.map(lambda v: v.astype(jnp.bfloat16), (p, a, b))
        return jnp.mean((nnx.merge(gd, p)(a) - b) ** 2)

    pairs = list(zip(chunks(x, micro_batches), chunks(y, micro_batches)))
    grads = [jax.grad(loss)(p, *pair) for pair in pairs]
    p = jax.tree.map(lambda v, *g: v - lr * (sum(g) / len(pairs)), p, *grads)
    return loss(p, x, y).astype(jnp.float32)[None]
