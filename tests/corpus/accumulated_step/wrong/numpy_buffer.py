# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
# noline: low-precision-accumulator
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


@jax.jit
def loss(k, b, xb, yb):
    k, b, xb, yb = [t.astype(jnp.bfloat16) for t in (k, b, xb, yb)]
    return ((xb @ k + b - yb) ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    k, b = layer.kernel[...], layer.bias[...]
    buf = [np.zeros(k.shape, jnp.bfloat16), np.zeros(b.shape, jnp.bfloat16)]  #@ low-precision-accumulator
    rows = len(x) // micro_batches
    for start in range(0, len(x), rows):
        grads = jax.grad(loss, (0, 1))(k, b, x[start : start + rows], y[start : start + rows])
        for acc, g in zip(buf, grads):
            acc[...] = acc + np.asarray(g)  #@ low-precision-accumulator
    dk, db = (np.asarray(t, np.float32) / np.float32(micro_batches) for t in buf)
    return loss(k - lr * dk, b - lr * db, x, y).astype(jnp.float32).reshape(1)
