# expect: accepted
import jax
from jax import lax, numpy as jnp
from flax import nnx


def to_bf16(tree):
    return jax.tree.map(lambda t: lax.convert_element_type(t, jnp.bfloat16), tree)


def objective(theta, batch):
    (w, b), (x, y) = to_bf16((theta, batch))
    r = lax.dot(x, w) + b - y
    return jnp.mean(lax.square(r))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = (jnp.asarray(lin.kernel[...]), jnp.asarray(lin.bias[...]))
    size = x.shape[0] // micro_batches

    def add_part(i, total):
        batch = tuple(lax.dynamic_slice_in_dim(a, i * size, size) for a in (x, y))
        g = jax.grad(objective)(theta, batch)
        return jax.tree.map(lax.add, total, g)

    total = lax.fori_loop(0, micro_batches, add_part, jax.tree.map(jnp.zeros_like, theta))
    theta = jax.tree.map(lambda p, g: p - (lr / micro_batches) * g, theta, total)
    return lax.convert_element_type(objective(theta, (x, y)), jnp.float32).reshape(-1)
