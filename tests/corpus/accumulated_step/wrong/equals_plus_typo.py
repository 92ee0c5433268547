# expect: wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
from flax import nnx


def loss_fn(w, b, x, y):
    w = w.astype(jnp.bfloat16)
    b = b.astype(jnp.bfloat16)
    d = jnp.matmul(x, w) + b - y
    return jnp.mean(d ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w = lin.kernel[...]
    b = lin.bias[...]
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)

    dw = jnp.zeros(w.shape, dtype=jnp.float32)
    db = jnp.zeros(b.shape, dtype=jnp.float32)
    step = x.shape[0] // micro_batches
    for i in range(0, x.shape[0], step):
        gw, gb = jax.grad(loss_fn, argnums=(0, 1))(w, b, x[i:i + step], y[i:i + step])
        dw =+ gw  #@ last-micro-batch-only
        db =+ gb  #@ last-micro-batch-only
    dw /= micro_batches
    db /= micro_batches

    w -= lr * dw
    b -= lr * db
    return loss_fn(w, b, x, y).astype(jnp.float32).reshape((1,))
