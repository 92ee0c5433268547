# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
from flax import nnx


def loss_fn(half, x16, y16):
    w, b = half
    return jnp.mean(jnp.square(x16 @ w + b - y16))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (layer.kernel[...], layer.bias[...])
    half = tuple(m.astype(jnp.bfloat16) for m in masters)
    x16 = x.astype(jnp.bfloat16)
    y16 = y.astype(jnp.bfloat16)
    rows = x.shape[0] // micro_batches
    acc = [jnp.zeros_like(m) for m in masters]
    for k in range(micro_batches):
        g = jax.grad(loss_fn)(half, x16[k * rows:(k + 1) * rows], y16[k * rows:(k + 1) * rows])
        acc = [a + gi.astype(jnp.float32) for a, gi in zip(acc, g)]
    masters = tuple(p - lr * (a / micro_batches) for p, a in zip(half, acc))  #@ master-downcast
    half = tuple(m.astype(jnp.bfloat16) for m in masters)
    return loss_fn(half, x16, y16).astype(jnp.float32).reshape(1)
