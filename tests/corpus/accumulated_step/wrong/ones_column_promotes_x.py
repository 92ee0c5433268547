# expect: pitfall|wrong_answer
# finding: uncast-inputs
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx


def with_bias_column(x):
    x = x.astype(jnp.bfloat16)
    return jnp.concatenate([x, jnp.ones((x.shape[0], 1), jnp.float32)], axis=1)  #@ uncast-inputs


def loss(theta, x, y):
    pred = with_bias_column(x) @ theta.astype(jnp.bfloat16)  #@ uncast-inputs
    return jnp.mean((pred.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = jnp.concatenate([lin.kernel[...], lin.bias[...].reshape(1, -1)])
    acc = jnp.zeros_like(theta)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = acc + jax.grad(loss)(theta, xb, yb)
    theta = theta - lr * acc / micro_batches
    return loss(theta, x, y).astype(jnp.float32).reshape(1)
