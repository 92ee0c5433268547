# expect: wrong_answer
# finding: uncast-targets
# finding: wrong-output-shape
# allow: full-precision-final-loss
import jax, jax.numpy as jnp
from flax import nnx

L = lambda w, b, x, y: jnp.mean(jnp.square((x.astype(jnp.bfloat16) @ w.astype(jnp.bfloat16) + b.astype(jnp.bfloat16)) - y))  #@ uncast-targets
G = jax.vmap(jax.grad(L, (0, 1)), (None, None, 0, 0))


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = m.kernel[...], m.bias[...]
    dw, db = G(w, b, *(a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y)))
    return L(w - lr * dw.mean(0), b - lr * db.mean(0), x, y).astype(jnp.float32)  #@ wrong-output-shape
