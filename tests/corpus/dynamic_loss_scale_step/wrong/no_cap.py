# expect: pitfall|wrong_answer
# finding: scale-unbounded
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = lin.kernel[...], lin.bias[...]
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(kernel, bias):
        err = x @ kernel.astype(jnp.float16) + bias.astype(jnp.float16) - y
        return jnp.mean(err ** 2).astype(jnp.float32)

    gk, gb = jax.grad(lambda k, b: loss_fn(k, b) * loss_scale, argnums=(0, 1))(kernel, bias)
    gk, gb = gk / loss_scale, gb / loss_scale
    finite = jnp.isfinite(gk).all() & jnp.isfinite(gb).all()
    kernel = jnp.where(finite, kernel - lr * gk, kernel)
    bias = jnp.where(finite, bias - lr * gb, bias)
    grow = finite & (good_steps + 1 >= growth_interval)
    scale = jnp.where(grow, loss_scale * 2, loss_scale)  #@ scale-unbounded
    scale = jnp.where(finite, scale, jnp.maximum(loss_scale / 2, 1.0))
    count = jnp.where(finite & ~grow, good_steps + 1, 0)
    return jnp.array([loss_fn(kernel, bias), scale, count], dtype=jnp.float32)
