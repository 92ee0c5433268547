# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss(p, x, y):
    w, b = (q.astype(jnp.bfloat16) for q in p)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    l = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (l.kernel[...], l.bias[...])
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    s = tx.init(p)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.grad(loss)(p, xb, yb)
        g = jax.tree.map(lambda t: t / micro_batches, g)
        u, s = tx.update(g, s, p)
        p = optax.apply_updates(p, u)
    return loss(p, x, y).astype(jnp.float32).reshape(1)
