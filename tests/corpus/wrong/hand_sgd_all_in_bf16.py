# expect: pitfall|wrong_answer
# finding: low-precision-update|master-downcast|low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx

lo = jnp.bfloat16
hi = jnp.float32


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]

    def loss(w, b):
        return jnp.mean((x.astype(lo) @ w.astype(lo) + b.astype(lo) - y.astype(lo)) ** 2)

    dw, db = jax.grad(lambda w, b: loss(w, b).astype(hi) * loss_scale, argnums=(0, 1))(w, b)
    dw, db = dw / loss_scale, db / loss_scale
    w = (w.astype(lo) - lr * dw.astype(lo)).astype(hi)  #@ low-precision-update, master-downcast, low-precision-grads
    b = (b.astype(lo) - lr * db.astype(lo)).astype(hi)  #@ low-precision-update, master-downcast, low-precision-grads
    return loss(w, b).astype(hi).reshape((1,))
