# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx


def low(*ts):
    return [t.astype(jnp.bfloat16) for t in ts]


def predict(w, b, x):
    w, b, x = low(w, b, x)
    return x @ w + b


def loss(w, b, x, y):
    return jnp.mean((predict(w, b, x) - y.astype(jnp.bfloat16)) ** 2)


def report(w, b, x, y):
    # to be returned as float32, so compute it from float32 numbers
    diff = predict(w, b, x).astype(jnp.float32) - y.astype(jnp.bfloat16).astype(jnp.float32)  #@ full-precision-final-loss
    return jnp.mean(diff * diff)  #@ full-precision-final-loss


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = layer.kernel[...], layer.bias[...]
    pieces = [jax.grad(loss, (0, 1))(w, b, xi, yi)
              for xi, yi in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    gw = sum(p[0] for p in pieces) / len(pieces)
    gb = sum(p[1] for p in pieces) / len(pieces)
    return report(w - lr * gw, b - lr * gb, x, y).reshape(1)
