# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
"""Wrong: the scan's sum for the bias alone is a bfloat16 buffer, that of the kernel is float32."""
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax

LOW = jnp.bfloat16


def loss(kernel, bias, x, y):
    out = jnp.einsum("bi,ij->bj", x.astype(LOW), kernel.astype(LOW)) + bias.astype(LOW)
    return jnp.mean(jnp.square(out - y.astype(LOW)))


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = m.kernel[...], m.bias[...]
    buffers = jnp.zeros(kernel.shape), jnp.zeros(bias.shape, LOW)  #@ low-precision-accumulator

    def add(buffers, part):
        grads = jax.grad(loss, (0, 1))(kernel, bias, *part)
        return tuple((b + g).astype(b.dtype) for b, g in zip(buffers, grads)), None  #@ low-precision-accumulator

    parts = (x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1]))
    (gk, gb), _ = lax.scan(add, buffers, parts)
    kernel = kernel - lr * gk / micro_batches
    bias = bias - lr * (gb.astype(jnp.float32) / micro_batches)
    return loss(kernel, bias, x, y).astype(jnp.float32).reshape(1)
