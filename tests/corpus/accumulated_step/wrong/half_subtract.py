# expect: pitfall|wrong_answer
# finding: low-precision-update|master-downcast
import jax
import jax.numpy as jnp
from flax import nnx


def sgd(p, g, lr):
    step = (lr * g).astype(jnp.bfloat16)  #@ low-precision-update
    return (p.astype(jnp.bfloat16) - step).astype(jnp.float32)  #@ low-precision-update, master-downcast


@jax.jit
def mse(w, b, x, y):
    w, b, x, y = (t.astype(jnp.bfloat16) for t in (w, b, x, y))
    d = x @ w + b - y
    return jnp.mean(d * d)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    gw = gb = 0
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        dw, db = jax.grad(mse, (0, 1))(w, b, xb, yb)
        gw, gb = gw + dw, gb + db
    w, b = sgd(w, gw / micro_batches, lr), sgd(b, gb / micro_batches, lr)
    return mse(w, b, x, y).astype(jnp.float32).reshape(1)
