# expect: pitfall|wrong_answer
# finding: scale-unbounded
import jax
import jax.numpy as jnp
from flax import nnx


@jax.jit
def core(kernel, bias, x, y, lr, scale, good, interval):
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(kernel, bias):
        return jnp.mean((x @ kernel.astype(jnp.float16) + bias.astype(jnp.float16) - y) ** 2)

    dk, db = jax.grad(lambda k, b: loss(k, b).astype(jnp.float32) * scale, (0, 1))(kernel, bias)
    dk, db = dk / scale, db / scale
    ok = jnp.isfinite(dk).all() & jnp.isfinite(db).all()
    kernel = jnp.where(ok, kernel - lr * dk, kernel)
    bias = jnp.where(ok, bias - lr * db, bias)

    good = jnp.where(ok, good + 1, 0)
    grow = good == interval
    scale = jnp.where(ok, scale, jnp.maximum(scale, 1.0) / 2)  #@ scale-unbounded
    scale = jnp.where(grow, jnp.minimum(scale * 2, 2.0**24), scale)
    good = jnp.where(grow, 0, good)
    return jnp.stack([loss(kernel, bias).astype(jnp.float32), scale, good.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return core(lin.kernel[...], lin.bias[...], x, y, lr, jnp.float32(loss_scale), good_steps, growth_interval)
