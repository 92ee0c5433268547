# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx

BF = jnp.bfloat16


def with_ones(x):
    return jnp.concatenate([x, jnp.ones((x.shape[0], 1))], axis=1)  #@ uncast-inputs


def loss(theta, x, y):
    pred = with_ones(x.astype(BF)) @ theta.astype(BF)
    return jnp.mean(jnp.square(pred - y.astype(BF)))


def accumulated_step(seed, x, y, lr, micro_batches):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = jnp.concatenate([linear.kernel[...], linear.bias[...][None, :]])

    total = jnp.zeros(theta.shape, jnp.float32)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total += jax.grad(loss)(theta, xb, yb)
    theta = theta - lr * (total / micro_batches)

    return loss(theta, x, y).astype(BF).astype(jnp.float32)[None]
