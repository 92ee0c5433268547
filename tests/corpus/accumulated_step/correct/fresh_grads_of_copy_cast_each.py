# expect: accepted
# Gradients with respect to the bfloat16 copy, but each of them is made float32 before it is added.
import jax
import jax.numpy as jnp
from flax import nnx


def half_loss(w16, b16, x16, y16):
    e = (x16 @ w16 + b16) - y16
    return jnp.mean(e * e)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = model.kernel[...], model.bias[...]
    w16 = w.astype(jnp.bfloat16)
    b16 = b.astype(jnp.bfloat16)
    x16 = x.astype(jnp.bfloat16)
    y16 = y.astype(jnp.bfloat16)

    sum_w = jnp.zeros(w.shape, jnp.float32)
    sum_b = jnp.zeros(b.shape, jnp.float32)
    k = len(x) // micro_batches
    for start in range(0, len(x), k):
        gw, gb = jax.grad(half_loss, argnums=(0, 1))(w16, b16, x16[start:start + k], y16[start:start + k])
        sum_w = sum_w + gw.astype(jnp.float32)
        sum_b = sum_b + gb.astype(jnp.float32)

    w = w - lr * (sum_w / micro_batches)
    b = b - lr * (sum_b / micro_batches)
    loss = half_loss(w.astype(jnp.bfloat16), b.astype(jnp.bfloat16), x16, y16)
    return jnp.full((1,), loss.astype(jnp.float32))
