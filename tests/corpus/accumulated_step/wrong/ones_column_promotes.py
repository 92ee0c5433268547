# expect: pitfall|wrong_answer
# finding: uncast-inputs
# allow: full-precision-forward
"""Wrong: the float32 column of ones, appended for the bias, promotes the cast inputs back to float32."""
import jax
import jax.numpy as jnp
from flax import nnx


def homogeneous(x):
    return jnp.concatenate([x.astype(jnp.bfloat16), jnp.ones((x.shape[0], 1))], axis=1)  #@ uncast-inputs


def loss(theta, x, y):
    pred = homogeneous(x) @ theta.astype(jnp.bfloat16)
    return jnp.mean(jnp.square(pred.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = jnp.vstack([lin.kernel[...], lin.bias[...]])         # one matrix, the last row is the bias
    total = jnp.zeros_like(theta)
    for rows in jnp.arange(x.shape[0]).reshape(micro_batches, -1):
        total = total + jax.grad(loss)(theta, x[rows], y[rows])
    theta = theta - lr * (total / micro_batches)
    return loss(theta, x, y).astype(jnp.float32).reshape(1)
