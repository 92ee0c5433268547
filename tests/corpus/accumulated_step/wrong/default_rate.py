# expect: pitfall|wrong_answer
# finding: lr-ignored
from functools import partial
import jax
import jax.numpy as jnp
from flax import nnx


def sgd_step(p, g, rate=0.1):  #@ lr-ignored
    return p - rate * g


def loss(p, x, y):
    w, b, x, y = [t.astype(jnp.bfloat16) for t in (*p, x, y)]
    return jnp.mean(jnp.square(jnp.dot(x, w) + b - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    grad = partial(jax.grad(loss), p)
    gs = [grad(a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    mean = jax.tree.map(lambda *t: sum(t) / len(t), *gs)
    p = jax.tree.map(sgd_step, p, mean)  #@ lr-ignored
    return loss(p, x, y).astype(jnp.float32).reshape(1)
