# expect: accepted
import functools
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


@functools.partial(jax.jit, static_argnums=(5,))
def _kernel(w, b, x, y, lr, m):
    n = x.shape[0] // m
    x16 = lax.convert_element_type(x, jnp.bfloat16)
    y16 = lax.convert_element_type(y, jnp.bfloat16)

    def loss(w, b, xs, ys):
        p = lax.dot(xs, lax.convert_element_type(w, jnp.bfloat16)) + lax.convert_element_type(b, jnp.bfloat16)
        e = p - ys
        return jnp.mean(lax.square(e))

    def body(i, carry):
        sw, sb = carry
        xs = lax.dynamic_slice_in_dim(x16, i * n, n)
        ys = lax.dynamic_slice_in_dim(y16, i * n, n)
        gw, gb = jax.grad(loss, argnums=(0, 1))(w, b, xs, ys)
        return sw + gw, sb + gb

    sw, sb = lax.fori_loop(0, m, body, (jnp.zeros_like(w), jnp.zeros_like(b)))
    return loss(w - lr * (sw / m), b - lr * (sb / m), x16, y16)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return _kernel(m.kernel[...], m.bias[...], x, y, lr, micro_batches).astype(jnp.float32).reshape(1)
