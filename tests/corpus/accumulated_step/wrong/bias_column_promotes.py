# expect: pitfall|wrong_answer
# finding: uncast-inputs
# allow: full-precision-loss
# The bias is a row of the kernel, and x gets a column of ones.
import jax
import jax.numpy as jnp
from flax import nnx


def augment(x):
    xh = x.astype(jnp.bfloat16)
    return jnp.concatenate([xh, jnp.ones((x.shape[0], 1), jnp.float32)], axis=1)  #@ uncast-inputs


def loss(theta, x, y):
    pred = augment(x) @ theta.astype(jnp.bfloat16)
    return jnp.mean(jnp.square(pred.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = jnp.concatenate([m.kernel[...], m.bias[...][None]], axis=0)
    total = jnp.zeros_like(theta)
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total += jax.grad(loss)(theta, xs, ys)
    theta = theta - lr * total / micro_batches
    return loss(theta, x, y).astype(jnp.float32).reshape(1)
