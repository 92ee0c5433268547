# expect: wrong_answer|pitfall
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def loss16(w, b, xb, yb):
    h = lambda a: a.astype(jnp.bfloat16)
    return jnp.mean((h(xb) @ h(w) + h(b) - h(yb)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = layer.kernel[...], layer.bias[...]
    xs, ys = jnp.split(x, micro_batches), jnp.split(y, micro_batches)

    gw = np.zeros(w.shape, np.float32)
    gb = np.zeros(b.shape, np.float32)
    for xb, yb in zip(xs, ys):
        dw, db = jax.grad(loss16, argnums=(0, 1))(w, b, xb, yb)
        gw += np.asarray(dw)
        gb += np.asarray(db)

    w = np.asarray(w) - np.float32(lr) * gw / np.float32(micro_batches)
    b = np.asarray(b) - np.float32(lr) * gb / np.float32(micro_batches)

    pred = np.asarray(x) @ w + b  #@ full-precision-final-loss
    loss = np.mean((pred - np.asarray(y)) ** 2, dtype=np.float32)  #@ full-precision-final-loss
    return jnp.array([loss], dtype=jnp.float32)
