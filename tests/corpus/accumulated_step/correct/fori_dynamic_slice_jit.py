# expect: accepted
import functools
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx

H = jnp.bfloat16


def _dense(w, b, a):
    z = lax.dot_general(a, w, (((1,), (0,)), ((), ())), preferred_element_type=H)
    return lax.add(z, lax.broadcast_in_dim(b, z.shape, (1,)))


def _loss(theta, a, t):
    w, b = (lax.convert_element_type(v, H) for v in theta)
    e = lax.sub(_dense(w, b, lax.convert_element_type(a, H)), lax.convert_element_type(t, H))
    return jnp.mean(lax.mul(e, e))


@functools.partial(jax.jit, static_argnames=("parts",))
def _run(theta, a, t, rate, parts):
    m = a.shape[0] // parts

    def add_part(j, acc):
        i = parts - 1 - j
        aj = lax.dynamic_slice_in_dim(a, i * m, m)
        tj = lax.dynamic_slice_in_dim(t, i * m, m)
        return tuple(s + g for s, g in zip(acc, jax.grad(_loss)(theta, aj, tj)))

    total = lax.fori_loop(0, parts, add_part, tuple(jnp.zeros_like(v) for v in theta))
    theta = tuple(v - rate * (s / parts) for v, s in zip(theta, total))
    return lax.convert_element_type(_loss(theta, a, t), jnp.float32)[jnp.newaxis]


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return _run((lin.kernel[...], lin.bias[...]), x, y, jnp.float32(lr), micro_batches)
