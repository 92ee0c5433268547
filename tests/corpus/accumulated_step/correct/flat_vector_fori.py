# expect: accepted
# theta is one long float32 vector; everything else is a function of it
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax
from jax.flatten_util import ravel_pytree


def accumulated_step(seed, x, y, lr, micro_batches):
    n, d_in = x.shape
    d_out = y.shape[1]
    layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
    theta, unravel = ravel_pytree({"A": layer.kernel[...], "b": layer.bias[...]})
    x, y = lax.convert_element_type((x), jnp.bfloat16), lax.convert_element_type((y), jnp.bfloat16)
    size = n // micro_batches

    def energy(theta, xs, ys):
        p = unravel(theta)
        A = lax.convert_element_type(p["A"], jnp.bfloat16)
        b = lax.convert_element_type(p["b"], jnp.bfloat16)
        r = lax.dot(xs, A) + b - ys
        return jnp.mean(r * r)

    force = jax.grad(energy)

    def add_part(k, total):
        xs = lax.dynamic_slice_in_dim(x, k * size, size)
        ys = lax.dynamic_slice_in_dim(y, k * size, size)
        return total + force(theta, xs, ys)

    total = lax.fori_loop(0, micro_batches, add_part, jnp.zeros_like(theta))
    theta_new = theta - lr / micro_batches * total
    return energy(theta_new, x, y).astype(jnp.float32).reshape((1,))
