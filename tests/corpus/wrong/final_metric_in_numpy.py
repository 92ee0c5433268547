# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
# noline: full-precision-final-loss
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def evaluate(params, x, y):
    kernel, bias = (np.asarray(p) for p in params)
    pred = np.asarray(x) @ kernel + bias  #@ full-precision-final-loss
    return np.mean((pred - np.asarray(y)) ** 2)  #@ full-precision-final-loss


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])

    def loss(params):
        k, b = (p.astype(jnp.bfloat16) for p in params)
        return jnp.mean((x.astype(jnp.bfloat16) @ k + b - y.astype(jnp.bfloat16)) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    params = tuple(p - lr * (g / loss_scale) for p, g in zip(params, grads))
    score = evaluate(params, x, y)  #@ full-precision-final-loss
    return np.asarray([score], dtype=np.float32)  #@ full-precision-final-loss
