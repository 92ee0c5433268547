# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

h = jnp.bfloat16


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = (lin.kernel.get_value(), lin.bias.get_value())

    def forward(theta, x, y):
        k, c = jax.tree.map(lambda t: t.astype(h), theta)
        e = (x.astype(h) @ k + c) - y.astype(h)
        return (e * e).mean()

    total = [0.0, 0.0]
    x_parts = x.reshape((micro_batches, -1) + x.shape[1:])
    y_parts = y.reshape((micro_batches, -1) + y.shape[1:])
    for xp, yp in zip(x_parts, y_parts):
        value, pull = jax.vjp(lambda t: forward(t, xp, yp), theta)
        (g,) = pull(jnp.ones_like(value))
        total = [t + gi for t, gi in zip(total, g)]
    theta = tuple(t - lr * s / micro_batches for t, s in zip(theta, total))
    return forward(theta, x, y).astype(jnp.float32).reshape(1)
