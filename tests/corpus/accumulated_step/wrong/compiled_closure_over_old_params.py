# expect: pitfall|wrong_answer
# finding: stale-loss|update-discarded
import functools
import jax
import jax.numpy as jnp
from flax import nnx


def loss(theta, a, b):
    t = [v.astype(jnp.bfloat16) for v in theta]
    return jnp.mean((a.astype(jnp.bfloat16) @ t[0] + t[1] - b.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = [lin.kernel[...], lin.bias[...]]
    evaluate = functools.partial(loss, theta)  #@ stale-loss, update-discarded
    descend = functools.partial(jax.grad(loss), theta)
    grads = [descend(a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    mean = [functools.reduce(jnp.add, g) / micro_batches for g in zip(*grads)]
    theta = [t - lr * g for t, g in zip(theta, mean)]  #@ stale-loss, update-discarded
    return evaluate(x, y).astype(jnp.float32)[None]  #@ stale-loss, update-discarded
