# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

HALF = np.dtype("e")  #@ wrong-half-dtype


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = m.kernel[...], m.bias[...]

    def loss(w, b, x, y):
        e = x.astype(HALF) @ w.astype(HALF) + b.astype(HALF) - y.astype(HALF)
        return jnp.mean(e * e)

    sw, sb = np.zeros(w.shape, np.float32), np.zeros(b.shape, np.float32)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        gw, gb = jax.grad(loss, (0, 1))(w, b, xb, yb)
        sw, sb = sw + gw, sb + gb
    w, b = w - lr * sw / micro_batches, b - lr * sb / micro_batches
    return loss(w, b, x, y).astype(np.float32).reshape(1)
