# expect: accepted
# float16 / half / low are only names here.
import jax
import jax.numpy as jnp
from flax import nnx

float16 = jnp.bfloat16


class Half:
    dtype = float16
    bf16_sum = None

    def __init__(self, params):
        self.bf16_sum = [jnp.zeros(p.shape, p.dtype) for p in params]

    def __iadd__(self, g):
        self.bf16_sum = [a + b for a, b in zip(self.bf16_sum, g)]
        return self


def accumulated_step(seed, x, y, lr, micro_batches):
    low = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    low = [low.kernel[...], low.bias[...]]

    def half_loss(low, x, y):
        w, b, x, y = [t.astype(Half.dtype) for t in (*low, x, y)]
        return jnp.mean(jnp.square(jnp.matmul(x, w) + b - y))

    last = Half(low)
    for n in range(0, x.shape[0], x.shape[0] // micro_batches):
        m = n + x.shape[0] // micro_batches
        last += jax.grad(half_loss)(low, x[n:m], y[n:m])
    low = [p - lr * s / micro_batches for p, s in zip(low, last.bf16_sum)]
    return half_loss(low, x, y).astype(jnp.float32).reshape(1)
