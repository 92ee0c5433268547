# expect: wrong_answer
# finding: missing-loss-scale
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    half = jnp.bfloat16

    def loss(w, b):
        return jnp.mean((x.astype(half) @ w.astype(half) + b.astype(half) - y.astype(half)) ** 2)

    value, (dw, db) = jax.value_and_grad(loss, argnums=(0, 1))(w, b)  #@ missing-loss-scale
    print("scaled loss", float(value) * loss_scale)
    w, b = w - lr * dw / loss_scale, b - lr * db / loss_scale
    return np.array([loss(w, b).item()])  #@ wrong-output-dtype
