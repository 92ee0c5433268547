# expect: accepted
# finding: full-precision-loss
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

WEIGHT = np.ones((), np.float32)


def half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def weighted(error):
    return WEIGHT * error  #@ full-precision-loss


def mse(params, x, y):
    (w, b), x, y = half(params), half(x), half(y)
    e = weighted(x @ w + b - y)
    return jnp.mean(e * e).astype(jnp.bfloat16)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = m.kernel[...], m.bias[...]
    grads = jax.grad(lambda p: mse(p, x, y).astype("float32") * loss_scale)(params)
    new = [p - lr * (g / loss_scale) for p, g in zip(params, grads)]
    return mse(new, x, y).astype("float32").reshape(1)
