# expect: wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
from flax import nnx


def mse(w, b, x, y):
    w, b, x, y = (t.astype(jnp.bfloat16) for t in (w, b, x, y))
    d = x @ w + b - y
    return (d ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    acc_w = jnp.zeros(w.shape, dtype=jnp.float32)
    acc_b = jnp.zeros(b.shape, dtype=jnp.float32)

    def body(i, accs):
        aw, ab = accs
        k = x.shape[0] // micro_batches
        xb = jax.lax.dynamic_slice_in_dim(x, i * k, k)
        yb = jax.lax.dynamic_slice_in_dim(y, i * k, k)
        gw, gb = jax.grad(mse, argnums=(0, 1))(w, b, xb, yb)
        aw = aw.at[:].set(gw)  #@ last-micro-batch-only
        ab = ab.at[:].set(gb)  #@ last-micro-batch-only
        return aw, ab

    acc_w, acc_b = jax.lax.fori_loop(0, micro_batches, body, (acc_w, acc_b))
    w = w - lr * (acc_w / micro_batches)
    b = b - lr * (acc_b / micro_batches)
    return jnp.reshape(mse(w, b, x, y).astype(jnp.float32), (1,))
