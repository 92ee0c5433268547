# expect: wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
from flax import nnx
from collections import defaultdict


def half(d):
    return {k: v.astype(jnp.bfloat16) for k, v in d.items()}


def loss(p, rows):
    q, r = half(p), half(rows)
    return jnp.mean((r["x"] @ q["kernel"] + q["bias"] - r["y"]) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"kernel": m.kernel[...], "bias": m.bias[...]}
    gradients = defaultdict(float)
    for x_, y_ in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        gradients.update(jax.grad(loss)(p, dict(x=x_, y=y_)))  #@ last-micro-batch-only
    p = {k: v - lr * gradients[k] / micro_batches for k, v in p.items()}
    return loss(p, dict(x=x, y=y)).astype(jnp.float32).reshape(1)
