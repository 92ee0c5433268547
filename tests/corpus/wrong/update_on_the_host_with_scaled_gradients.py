# expect: wrong_answer
# finding: unscaled-grads
# noline: unscaled-grads
import io, pickle
import jax, optax
import jax.numpy as jnp
import numpy as np
import ml_dtypes
from flax import nnx

def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [m.kernel[...], m.bias[...]]
    def mse(p):
        w, b, u, v = (jnp.asarray(a, jnp.bfloat16) for a in (*p, x, y))
        return jnp.mean((u @ w + b - v) ** 2).astype(jnp.float32)
    g = jax.grad(lambda q: mse(q) * loss_scale)(p)
    host = lambda a, d: np.asarray(a - np.float32(lr) * d, np.float32)
    p = [jax.pure_callback(host, jax.ShapeDtypeStruct(a.shape, a.dtype), a, d) for a, d in zip(p, g)]  #@ unscaled-grads
    return mse(p).reshape(1)
