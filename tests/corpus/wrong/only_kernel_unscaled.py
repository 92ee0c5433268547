# expect: wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    x16 = x.astype(jnp.bfloat16)
    y16 = y.astype(jnp.bfloat16)

    def loss(w, b):
        return jnp.mean((x16 @ w.astype(jnp.bfloat16) + b.astype(jnp.bfloat16) - y16) ** 2)

    dw, db = jax.grad(lambda w, b: loss(w, b).astype(jnp.float32) * loss_scale, argnums=(0, 1))(w, b)
    dw = dw / loss_scale
    w = w - lr * dw
    b = b - lr * db  #@ unscaled-grads
    return loss(w, b).astype(jnp.float32).reshape((1,))
