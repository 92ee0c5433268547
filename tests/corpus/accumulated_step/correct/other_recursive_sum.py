# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"k": lin.kernel[...], "b": lin.bias[...]}
    rows = x.shape[0] // micro_batches

    def batch_loss(p, xb, yb):
        bf = jnp.bfloat16
        return jnp.mean((xb.astype(bf) @ p["k"].astype(bf) + p["b"].astype(bf) - yb.astype(bf)) ** 2)

    def gradient_from(xs, ys):
        # the gradient of the first part, plus that of all others
        if xs.shape[0] == 0:
            return jax.tree.map(jnp.zeros_like, masters)
        head = jax.grad(batch_loss)(masters, xs[:rows], ys[:rows])
        tail = gradient_from(xs[rows:], ys[rows:])
        return jax.tree.map(lambda h, t: h + t, head, tail)

    total = gradient_from(x, y)
    moved = jax.tree.map(lambda p, g: p - lr * g / micro_batches, masters, total)
    return batch_loss(moved, x, y).astype(jnp.float32).reshape(1,)
