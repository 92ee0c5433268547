# expect: accepted
import functools
import jax
from jax import lax, numpy as jnp
from flax import nnx


def _loss(w, b, x, y):
    w, b, x, y = (t.astype(jnp.bfloat16) for t in (w, b, x, y))
    r = jnp.dot(x, w) + b - y
    return jnp.mean(r * r)


@functools.partial(jax.jit, static_argnames="k")
def _step(w, b, x, y, lr, *, k):
    m = x.shape[0] // k
    dloss = jax.grad(_loss, argnums=(0, 1))

    def body(i, carry):
        sw, sb = carry
        gw, gb = dloss(w, b, lax.dynamic_slice_in_dim(x, i * m, m), lax.dynamic_slice_in_dim(y, i * m, m))
        return sw + gw, sb + gb

    sw, sb = lax.fori_loop(0, k, body, (jnp.zeros_like(w), jnp.zeros_like(b)))
    step = lr / k
    return w - step * sw, b - step * sb


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = _step(layer.kernel[...], layer.bias[...], x, y, lr, k=micro_batches)
    return lax.convert_element_type(_loss(w, b, x, y), jnp.float32).reshape((1,))
