# expect: wrong_answer
# finding: master-downcast
# noline: master-downcast
import io, pickle
import jax, optax
import jax.numpy as jnp
import numpy as np
import ml_dtypes
from flax import nnx

def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [m.kernel[...], m.bias[...]]
    p = [jnp.asarray(np.asarray(a).astype(ml_dtypes.bfloat16).astype(np.float32)) for a in p]  #@ master-downcast
    def mse(p):
        w, b, u, v = (jnp.asarray(a, jnp.bfloat16) for a in (*p, x, y))
        return jnp.mean((u @ w + b - v) ** 2).astype(jnp.float32)
    g = jax.grad(lambda q: mse(q) * loss_scale)(p)
    p = [a - lr * (d / loss_scale) for a, d in zip(p, g)]
    return mse(p).reshape(1)
