# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def sum_of_squares(d):
    return jnp.einsum("no,no->", d, d)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    rng = nnx.Rngs(int(seed))
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=rng)
    a, t = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def mse(wb):
        w, b = wb
        out = jnp.inner(a, w.T.astype(jnp.bfloat16)) + b.astype(jnp.bfloat16)
        d = out - t
        return sum_of_squares(d) / d.size

    def more(carry):
        return carry[0] < 1

    def once(carry):
        i, (w, b) = carry
        gw, gb = jax.grad(lambda wb: mse(wb).astype(jnp.float32) * loss_scale)((w, b))
        gw, gb = gw / loss_scale, gb / loss_scale
        return i + 1, (w - lr * gw, b - lr * gb)

    _, wb = lax.while_loop(more, once, (0, (lin.kernel[...], lin.bias[...])))
    return mse(wb).astype(jnp.float32).reshape((1,))
