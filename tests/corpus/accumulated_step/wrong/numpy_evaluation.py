# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def grad_of_part(w, b, x, y):
    def f(w, b):
        e = x.astype(jnp.bfloat16) @ w.astype(jnp.bfloat16) + b.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)
        return jnp.mean(e * e)
    return jax.grad(f, argnums=(0, 1))(w, b)


def evaluate(w, b, x, y):
    w, b, x, y = map(np.asarray, (w, b, x, y))
    return np.mean((x @ w + b - y) ** 2, dtype=np.float32)  #@ full-precision-final-loss


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = m.kernel[...], m.bias[...]
    gw, gb = zip(*(grad_of_part(w, b, xs, ys) for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))))
    w, b = w - lr * sum(gw) / micro_batches, b - lr * sum(gb) / micro_batches
    return np.array([evaluate(w, b, x, y)], np.float32)  #@ full-precision-final-loss
