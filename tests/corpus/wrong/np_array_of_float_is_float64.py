# expect: wrong_answer
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]

    def loss(w, b):
        pred = x.astype(jnp.bfloat16) @ w.astype(jnp.bfloat16) + b.astype(jnp.bfloat16)
        return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)

    gw, gb = jax.grad(lambda w, b: loss(w, b).astype(jnp.float32) * loss_scale, argnums=(0, 1))(w, b)
    w = w - lr * gw / loss_scale
    b = b - lr * gb / loss_scale
    result = float(loss(w, b))
    return np.array([result])  #@ wrong-output-dtype
