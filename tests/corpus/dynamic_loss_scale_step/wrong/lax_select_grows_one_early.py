# expect: wrong_answer
# finding: scale-grown-early
# allow: count-not-reset
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def all_finite(*arrays):
    return lax.reduce_and(jnp.array([jnp.isfinite(a).all() for a in arrays]), (0,))


@jax.jit
def _impl(kernel, bias, x, y, lr, scale, remaining):
    """remaining: good steps that are still to come until the scale doubles, this one not counted"""
    x, y = lax.convert_element_type(x, jnp.float16), lax.convert_element_type(y, jnp.float16)

    def mse(kernel, bias):
        out = lax.dot(x, kernel.astype(jnp.float16)) + bias.astype(jnp.float16)
        return jnp.mean(lax.square(out - y))

    dk, db = jax.grad(lambda *a: lax.mul(mse(*a).astype(jnp.float32), scale), (0, 1))(kernel, bias)
    dk, db = dk / scale, db / scale
    ok = all_finite(dk, db)
    kernel = lax.select(ok, kernel - lr * dk, kernel)
    bias = lax.select(ok, bias - lr * db, bias)
    grow = remaining <= 1  #@ scale-grown-early
    scale = lax.select(
        ok,
        lax.select(grow, lax.min(scale * 2, jnp.float32(2**24)), scale),
        lax.max(scale / 2, jnp.float32(1)),
    )
    return mse(kernel, bias), scale, ok & ~grow


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    remaining = jnp.int32(growth_interval - good_steps - 1)
    loss, scale, keep = _impl(lin.kernel[...], lin.bias[...], x, y, lr, jnp.float32(loss_scale), remaining)
    return jnp.array([loss, scale, (good_steps + 1) * keep], dtype=jnp.float32)
