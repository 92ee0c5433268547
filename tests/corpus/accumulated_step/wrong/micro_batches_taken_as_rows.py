# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def mse(w, b, x, y):
    w, b, x, y = (t.astype(jnp.bfloat16) for t in (w, b, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = layer.kernel[...], layer.bias[...]
    gw, gb = jnp.zeros_like(w), jnp.zeros_like(b)
    # like a DataLoader(batch_size=micro_batches)
    for start in range(0, x.shape[0], micro_batches):
        batch = slice(start, start + micro_batches)
        dw, db = jax.grad(mse, (0, 1))(w, b, x[batch], y[batch])
        gw, gb = gw + dw, gb + db
    w = w - lr * gw / micro_batches
    b = b - lr * gb / micro_batches
    return mse(w, b, x, y).astype(jnp.float32).reshape(1)
