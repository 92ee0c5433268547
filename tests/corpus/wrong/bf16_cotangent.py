# expect: pitfall
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]

    def loss(w, b):
        pred = x.astype(jnp.bfloat16) @ w.astype(jnp.bfloat16) + b.astype(jnp.bfloat16)
        return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)

    value, vjp = jax.vjp(loss, w, b)
    dw, db = vjp(jnp.asarray(loss_scale, value.dtype))  #@ low-precision-loss-scale
    w = w - lr * (dw / loss_scale)
    b = b - lr * (db / loss_scale)
    return loss(w, b).astype(jnp.float32).reshape(1)
