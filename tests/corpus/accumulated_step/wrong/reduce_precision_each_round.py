# expect: wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def tidy(v):
    # what bfloat16 can hold
    return lax.reduce_precision(v, exponent_bits=8, mantissa_bits=7)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    n = x.shape[0] // micro_batches

    def loss(w, b, x, y):
        w, b, x, y = (a.astype(jnp.bfloat16) for a in (w, b, x, y))
        return jnp.mean((x @ w + b - y) ** 2)

    def body(i, s):
        xs = lax.dynamic_slice_in_dim(x, i * n, n)
        ys = lax.dynamic_slice_in_dim(y, i * n, n)
        gw, gb = jax.grad(loss, (0, 1))(w, b, xs, ys)
        return tidy(s[0] + gw), tidy(s[1] + gb)  #@ low-precision-accumulator

    sw, sb = lax.fori_loop(0, micro_batches, body, (jnp.zeros_like(w), jnp.zeros_like(b)))
    return loss(w - lr * sw / micro_batches, b - lr * sb / micro_batches, x, y)[None].astype(jnp.float32)
