# expect: wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    xl, yl = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def f(w, b):
        return jnp.mean((xl @ w.astype(jnp.bfloat16) + b.astype(jnp.bfloat16) - yl) ** 2)

    value, pull = jax.vjp(lambda w, b: f(w, b).astype(jnp.float32), w, b)
    dw, db = pull(jnp.float32(loss_scale))
    w = w - dw / loss_scale  #@ lr-ignored
    b = b - db / loss_scale  #@ lr-ignored
    return f(w, b).astype(jnp.float32).reshape((1,))
