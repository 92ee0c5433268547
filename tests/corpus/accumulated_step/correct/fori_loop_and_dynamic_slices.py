# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def loss(params, x, y):
    w, b = [p.astype(jnp.bfloat16) for p in params]
    return jnp.mean((jnp.dot(x, w) + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel.get_value(), layer.bias.get_value())
    xh, yh = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    n = x.shape[0] // micro_batches

    def add(i, total):
        xi = lax.dynamic_slice_in_dim(xh, i * n, n, axis=0)
        yi = lax.dynamic_slice_in_dim(yh, i * n, n, axis=0)
        g = jax.grad(loss)(params, xi, yi)
        return tuple(t + d for t, d in zip(total, g))

    total = lax.fori_loop(0, micro_batches, add, tuple(jnp.zeros_like(p) for p in params))
    params = tuple(p - lr * (t / micro_batches) for p, t in zip(params, total))
    return loss(params, xh, yh).astype(jnp.float32).reshape(1)
