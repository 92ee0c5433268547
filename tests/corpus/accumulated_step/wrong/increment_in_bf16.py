# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
from flax import nnx


def mse(w, b, x, y):
    w, b, x, y = (t.astype(jnp.bfloat16) for t in (w, b, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


def sgd(param, grad, lr):
    delta = (lr * grad).astype(jnp.bfloat16)  #@ low-precision-update
    return param - delta


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = layer.kernel[...], layer.bias[...]
    gw, gb = jnp.zeros_like(w), jnp.zeros_like(b)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        dw, db = jax.grad(mse, argnums=(0, 1))(w, b, xb, yb)
        gw += dw
        gb += db
    w = sgd(w, gw / micro_batches, lr)
    b = sgd(b, gb / micro_batches, lr)
    return mse(w, b, x, y).astype(jnp.float32).reshape(1)
