# expect: pitfall|wrong_answer
# finding: stale-loss|update-discarded
import functools
import jax
import jax.numpy as jnp
from flax import nnx


def loss(theta, x, y):
    theta, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (theta, x, y))
    return jnp.mean(jnp.square(x @ theta["w"] + theta["b"] - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = dict(w=lin.kernel[...], b=lin.bias[...])
    evaluate = functools.partial(loss, theta)
    cut = lambda a: a.reshape(micro_batches, -1, a.shape[1])
    total, _ = jax.lax.scan(
        lambda t, s: (jax.tree.map(jnp.add, t, jax.grad(loss)(theta, *s)), None),
        jax.tree.map(jnp.zeros_like, theta), (cut(x), cut(y)))
    theta = jax.tree.map(lambda p, t: p - lr * t / micro_batches, theta, total)
    print("moved to", jax.tree.map(jnp.shape, theta))
    return evaluate(x, y).astype(jnp.float32)[None]  #@ stale-loss
