# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def mse(k, b, x, y):
    k, b, x, y = [t.astype(jnp.bfloat16) for t in (k, b, x, y)]
    return jnp.mean((y - (x @ k + b)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    k, b = m.kernel[...], m.bias[...]
    gk = jnp.zeros_like(k)
    gb = jnp.zeros_like(b)
    rows = x.shape[0] // micro_batches
    for i in range(micro_batches):
        a = i * rows
        dk, db = jax.grad(mse, argnums=(0, 1))(k, b, x[a:a + rows], y[a:a + rows])
        gk += dk
        gb += db
    k += lr * gk / micro_batches
    b += lr * gb / micro_batches
    return mse(k, b, x, y).astype(jnp.float32).reshape(1)
