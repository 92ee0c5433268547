# expect: wrong_answer
# finding: low-precision-loss-scale
# allow: low-precision-unscale
# allow: scale-not-grown
import jax
import jax.numpy as jnp
from flax import nnx


def to_half(*args):
    return [jnp.asarray(a).astype(jnp.float16) for a in args]


@jax.jit
def run(kernel, bias, x, y, lr, scale16, good, interval):
    def mse(kernel, bias):
        kernel, bias = to_half(kernel, bias)
        return jnp.mean((x @ kernel + bias - y) ** 2)

    scale = scale16.astype(jnp.float32)
    dk, db = jax.grad(lambda k, b: mse(k, b).astype(jnp.float32) * scale, argnums=(0, 1))(kernel, bias)
    dk, db = dk / scale, db / scale
    ok = jnp.isfinite(dk).all() & jnp.isfinite(db).all()
    kernel = jnp.where(ok, kernel - lr * dk, kernel)
    bias = jnp.where(ok, bias - lr * db, bias)
    grow = ok & (good + 1 == interval)
    new_scale = jnp.where(grow, jnp.minimum(scale * 2, 2.0**24), jnp.where(ok, scale, jnp.maximum(scale / 2, 1.0)))
    new_good = jnp.where(ok & ~grow, good + 1, 0)
    return jnp.stack([mse(kernel, bias).astype(jnp.float32), new_scale, new_good.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    # all data of the computation in float16
    x, y, s = to_half(x, y, loss_scale)  #@ low-precision-loss-scale
    return run(lin.kernel[...], lin.bias[...], x, y, lr, s, good_steps, growth_interval)
