# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
from flax import nnx


def cast(*ts):
    return tuple(t.astype(jnp.bfloat16) for t in ts)


def mse(w, b, x, y):
    w, b, x, y = cast(w, b, x, y)
    return jnp.mean((x @ w + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    sw, sb = jnp.zeros_like(w), jnp.zeros_like(b)
    rows = x.shape[0] // micro_batches
    for i in range(micro_batches):
        gw, gb = jax.grad(mse, argnums=(0, 1))(w, b, x[rows * i : rows * (i + 1)], y[rows * i : rows * (i + 1)])
        sw, sb = sw + gw, sb + gb
    w, b = w - lr * sw / micro_batches, b - lr * sb / micro_batches
    return jnp.array([mse(w, b, x, y)])  #@ wrong-output-dtype
