# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def loss(w, b, x, y):
    w, b, x, y = (jnp.asarray(a).astype(jnp.bfloat16) for a in (w, b, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = np.array(m.kernel[...]), np.array(m.bias[...])
    moved = [w, b]
    rate = np.float32(lr) / np.float32(micro_batches)
    for xb, yb in zip(np.split(np.asarray(x), micro_batches), np.split(np.asarray(y), micro_batches)):
        grads = jax.grad(loss, argnums=(0, 1))(w.copy(), b.copy(), xb, yb)
        for target, g in zip(moved, grads):
            target -= rate * np.asarray(g)  #@ update-per-micro-batch
    return loss(*moved, x, y).astype(jnp.float32).reshape(1)
