# expect: accepted
import functools
import jax
import jax.numpy as jnp
from flax import nnx


@functools.partial(jax.jit, static_argnames=("growth_interval",))
def train(kernel, bias, x, y, lr, scale, good, *, growth_interval):
    x = x.astype(jnp.float16)
    y = y.astype(jnp.float16)

    def objective(kernel, bias):
        out = jnp.einsum("ni,io->no", x, kernel.astype(jnp.float16)) + bias.astype(jnp.float16)
        return jnp.mean((y - out) ** 2)

    def scaled_objective(kernel, bias):
        return scale * objective(kernel, bias).astype(jnp.float32)

    gk, gb = jax.grad(scaled_objective, (0, 1))(kernel, bias)
    gk = gk.astype(jnp.float32) / scale
    gb = gb.astype(jnp.float32) / scale
    finite = jnp.logical_and(jnp.all(jnp.isfinite(gk)), jnp.all(jnp.isfinite(gb)))
    kernel = jax.lax.select(finite, kernel - lr * gk, kernel)
    bias = jax.lax.select(finite, bias - lr * gb, bias)

    good = good + 1
    reached = good >= growth_interval
    scale = jnp.where(
        finite,
        jnp.where(reached, jnp.minimum(2.0 * scale, 2.0**24), scale),
        jnp.maximum(0.5 * scale, 1.0),
    )
    good = jnp.where(finite & ~reached, good, 0)
    return jnp.array([objective(kernel, bias).astype(jnp.float32), scale, good.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return train(
        lin.kernel[...], lin.bias[...], x, y,
        jnp.float32(lr), jnp.float32(loss_scale), jnp.int32(good_steps), growth_interval=growth_interval,
    )
