# expect: pitfall|wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    xh, yh = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss(w, b):
        pred = xh @ w.astype(jnp.bfloat16) + b.astype(jnp.bfloat16)
        return jnp.mean((pred - yh) ** 2).astype(jnp.float32)

    value, pull = jax.vjp(loss, w, b)
    dw, db = pull(jnp.ones_like(value))  #@ missing-loss-scale
    w, b = w - lr * dw, b - lr * db
    return loss(w, b).reshape((1,))
