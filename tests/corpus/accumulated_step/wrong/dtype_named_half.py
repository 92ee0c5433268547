# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

config = {"compute": "half", "params": "single"}  #@ wrong-half-dtype


def as_(kind, *arrays):
    dtype = np.dtype(config[kind])
    return tuple(jnp.asarray(a).astype(dtype) for a in arrays)


def loss(w, b, x, y):
    w, b, x, y = as_("compute", w, b, x, y)  #@ wrong-half-dtype
    r = x @ w + b - y
    return jnp.mean(r * r)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = as_("params", lin.kernel[...], lin.bias[...])
    gw, gb = jnp.zeros_like(w), jnp.zeros_like(b)
    n = len(x) // micro_batches
    for i in range(micro_batches):
        dw, db = jax.grad(loss, argnums=(0, 1))(w, b, x[n * i:n * (i + 1)], y[n * i:n * (i + 1)])
        gw, gb = gw + dw, gb + db
    w = w - lr * gw / micro_batches
    b = b - lr * gb / micro_batches
    (out,) = as_("params", loss(w, b, x, y))
    return out.reshape(1)
