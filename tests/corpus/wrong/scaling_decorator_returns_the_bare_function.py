# expect: pitfall|wrong_answer
# finding: missing-loss-scale
from functools import wraps
import jax
import jax.numpy as jnp
from flax import nnx


def times(scale):
    def decorate(fn):
        @wraps(fn)
        def scaled(*args):
            return fn(*args).astype(jnp.float32) * scale

        return fn  #@ missing-loss-scale

    return decorate


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]

    def mse(w, b):
        w, b, a, t = (v.astype(jnp.bfloat16) for v in (w, b, x, y))
        return jnp.mean((a @ w + b - t) ** 2)

    @times(loss_scale)  #@ missing-loss-scale
    def objective(w, b):
        return mse(w, b)  #@ missing-loss-scale

    dw, db = jax.grad(objective, argnums=(0, 1))(w, b)  #@ missing-loss-scale
    w, b = w - lr * dw, b - lr * db
    return mse(w, b).astype(jnp.float32).reshape(1)
