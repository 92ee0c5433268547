# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
from flax import nnx


def loss(w, b, x, y):
    w, b, x, y = (t.astype(jnp.bfloat16) for t in (w, b, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


def sgd_(w, b, dw, db, lr):
    """Moves w and b in place."""
    w -= lr * dw  #@ update-discarded, stale-loss
    b -= lr * db  #@ update-discarded, stale-loss


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    dw, db = jnp.zeros_like(w), jnp.zeros_like(b)
    n = x.shape[0] // micro_batches
    for i in range(micro_batches):
        gw, gb = jax.grad(loss, argnums=(0, 1))(w, b, x[i * n:i * n + n], y[i * n:i * n + n])
        dw += gw
        db += gb
    sgd_(w, b, dw / micro_batches, db / micro_batches, lr)  #@ update-discarded, stale-loss
    return loss(w, b, x, y).astype(jnp.float32)[jnp.newaxis]  #@ update-discarded, stale-loss
