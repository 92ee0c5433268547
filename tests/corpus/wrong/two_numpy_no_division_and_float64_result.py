# expect: pitfall|wrong_answer
# finding: unscaled-grads
# finding: wrong-output-dtype
# noline: wrong-output-dtype
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W, b = lin.kernel[...], lin.bias[...]
    X, Y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def mse(W, b):
        E = X @ W.astype(jnp.bfloat16) + b.astype(jnp.bfloat16) - Y
        return jnp.mean(E * E).astype(jnp.float32)

    dW, db = jax.grad(lambda W, b: mse(W, b) * loss_scale, argnums=(0, 1))(W, b)
    W, b = W - lr * dW, b - lr * db  #@ unscaled-grads
    return np.array([mse(W, b).item()])  #@ wrong-output-dtype
