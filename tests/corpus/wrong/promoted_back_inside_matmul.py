# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    x16, y16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def predict(w, b):
        w16, b16 = w.astype(jnp.bfloat16), b.astype(jnp.bfloat16)
        # matmul needs float32 accumulation, so promote the operands
        return x16.astype(jnp.float32) @ w16.astype(jnp.float32) + b16.astype(jnp.float32)  #@ full-precision-forward

    def loss(w, b):
        return jnp.mean((predict(w, b).astype(jnp.bfloat16) - y16) ** 2)

    dw, db = jax.grad(lambda w, b: loss(w, b).astype(jnp.float32) * loss_scale, argnums=(0, 1))(w, b)
    w, b = w - lr * (dw / loss_scale), b - lr * (db / loss_scale)
    return loss(w, b).astype(jnp.float32).reshape((1,))
