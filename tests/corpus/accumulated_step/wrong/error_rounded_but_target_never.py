# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
from flax import nnx

B = jnp.bfloat16


def mse(p, x, y):
    pred = x @ p[0].astype(B) + p[1].astype(B)
    err = (pred - y).astype(B)  #@ uncast-targets
    return jnp.mean(err * err)


@jax.jit
def grads_of(p, xs, ys):
    return jax.lax.map(lambda part: jax.grad(mse)(p, *part), (xs, ys))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    x = x.astype(B)
    y.astype(B)  #@ uncast-targets
    gs = grads_of(p, x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1]))
    p = tuple(a - lr * g.sum(0) / micro_batches for a, g in zip(p, gs))
    return mse(p, x, y).astype(jnp.float32).reshape(1)
