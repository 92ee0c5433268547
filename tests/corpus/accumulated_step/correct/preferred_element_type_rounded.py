# expect: accepted
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def dense(x, w, b):
    # accumulates in float32 and is rounded, what a bfloat16 dot does anyway
    out = lax.dot_general(x, w, (((1,), (0,)), ((), ())), preferred_element_type=jnp.float32)
    return out.astype(jnp.bfloat16) + b


def loss(theta, x, y):
    w, b = theta[0].astype(jnp.bfloat16), theta[1].astype(jnp.bfloat16)
    err = dense(x.astype(jnp.bfloat16), w, b) - y.astype(jnp.bfloat16)
    sq = lax.mul(err, err)
    return (jnp.sum(sq.astype(jnp.float32)) / sq.size).astype(jnp.bfloat16)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = (model.kernel[...], model.bias[...])
    xs = jnp.array_split(x, micro_batches)
    ys = jnp.array_split(y, micro_batches)
    acc = (0.0, 0.0)
    for xb, yb in zip(xs, ys):
        g = jax.grad(loss)(theta, xb, yb)
        acc = (acc[0] + g[0], acc[1] + g[1])
    theta = tuple(t - (lr / micro_batches) * a for t, a in zip(theta, acc))
    return loss(theta, x, y).astype(jnp.float32).reshape(1)
