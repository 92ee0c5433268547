# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def half(t):
    return t.astype(np.half)  #@ wrong-half-dtype


class MSE:
    def __call__(self, params, x, y):
        weight, bias = params
        out = half(x) @ half(weight) + half(bias)
        return ((out - half(y)) ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    criterion = MSE()
    fc = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [fc.kernel[...], fc.bias[...]]
    grad = [jnp.zeros_like(p) for p in params]
    batch = x.shape[0] // micro_batches
    for i in range(micro_batches):
        xb, yb = x[i * batch:(i + 1) * batch], y[i * batch:(i + 1) * batch]
        new = jax.grad(criterion)(params, xb, yb)
        for j in range(2):
            grad[j] += new[j]
    for j in range(2):
        params[j] = params[j] - lr * grad[j] / micro_batches
    return criterion(params, x, y).astype(jnp.float32).reshape(1)
