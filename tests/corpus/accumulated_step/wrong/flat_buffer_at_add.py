# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def accumulated_step(seed, x, y, lr, micro_batches):
    module = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters, unravel = ravel_pytree({"w": module.kernel[...], "b": module.bias[...]})

    def f(vec, a, b):
        t = unravel(vec)
        return jnp.mean((a.astype(jnp.bfloat16) @ t["w"].astype(jnp.bfloat16) + t["b"].astype(jnp.bfloat16)
                         - b.astype(jnp.bfloat16)) ** 2)

    scratch = masters.astype(jnp.bfloat16)
    buffer = jnp.zeros_like(scratch)  #@ low-precision-accumulator

    def body(i, buf):
        n = x.shape[0] // micro_batches
        a, b = (jax.lax.dynamic_slice_in_dim(v, i * n, n) for v in (x, y))
        g = jax.grad(f)(masters, a, b)
        return buf.at[:].add(g.astype(buf.dtype))  #@ low-precision-accumulator

    buffer = jax.lax.fori_loop(0, micro_batches, body, buffer)
    masters = masters - lr * (buffer.astype(jnp.float32) / micro_batches)
    return jnp.float32(f(masters, x, y)).reshape(1)
