# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
from flax import nnx


def low(*arrays):
    return [a.astype("half") for a in arrays]  #@ wrong-half-dtype


def loss(params, x, y):
    w, b, x, y = low(*params, x, y)  #@ wrong-half-dtype
    return jnp.mean(jnp.square(jnp.dot(x, w) + b - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])
    grads = [jax.grad(loss)(params, xi, yi) for xi, yi in zip(xs, ys)]
    params = [p - lr * sum(g) / micro_batches for p, g in zip(params, zip(*grads))]
    return loss(params, x, y).astype(jnp.float32)[None]
