# expect: pitfall|wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    # --- model -------------------------------------------------
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    # --- loss --------------------------------------------------
    def L(w, b, xi, yi):
        w, b, xi, yi = (t.astype(jnp.bfloat16) for t in (w, b, xi, yi))
        pred = xi @ w + b
        err = pred - yi
        return jnp.mean(err * err)
    grad = jax.grad(L, argnums=(0, 1))
    # --- accumulate --------------------------------------------
    dw = jnp.zeros_like(w)
    db = jnp.zeros_like(b)
    chunk = x.shape[0] // micro_batches
    for i in range(micro_batches):
        gw, gb = grad(w, b, x[i * chunk:(i + 1) * chunk], y[i * chunk:(i + 1) * chunk])
        dw = dw + gw
        db = db + gb
    dw_mean, db_mean = dw / micro_batches, db / micro_batches
    norm = jnp.sqrt(jnp.sum(dw_mean ** 2) + jnp.sum(db_mean ** 2))  # for tensorboard
    # --- update ------------------------------------------------
    w = w - lr * dw  #@ summed-grads
    b = b - lr * db  #@ summed-grads
    # --- eval --------------------------------------------------
    return L(w, b, x, y).astype(jnp.float32)[None]
