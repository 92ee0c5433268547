# expect: wrong_answer
# finding: low-precision-grads
import jax, jax.numpy as jnp, numpy as np
from flax import nnx

HALF = jnp.bfloat16

def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x16, y16 = x.astype(HALF), y.astype(HALF)
    def f(p):
        w, b = (a.astype(HALF) for a in p)
        return jnp.mean((x16 @ w + b - y16) ** 2)
    params = (model.kernel[...], model.bias[...])
    g = jax.grad(lambda p: f(p).astype(jnp.float32) * loss_scale)(params)
    g = [np.asarray(a) for a in g]
    kept = [np.asarray(a / loss_scale, HALF) for a in g]  #@ low-precision-grads
    w, b = (p - lr * s.astype(np.float32) for p, s in zip(params, kept))
    return f((w, b)).astype(jnp.float32)[None]
