# expect: wrong_answer|pitfall
# finding: unchecked-overflow|partial-finite-check
import jax
import jax.numpy as jnp
from flax import nnx


@jax.jit
def compute(W, b, x, y, lr, scale, good, interval):
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def f(W, b):
        return jnp.mean((x @ W.astype(jnp.float16) + b.astype(jnp.float16) - y) ** 2)

    gW, gb = jax.grad(lambda W, b: f(W, b).astype(jnp.float32) * scale, argnums=(0, 1))(W, b)
    gW, gb = gW / scale, gb / scale
    finite = jnp.isfinite(gW).all() & jnp.isfinite(gb).all()

    # skip what overflowed
    W = jnp.where(jnp.isfinite(gW), W - lr * gW, W)  #@ unchecked-overflow, partial-finite-check
    b = jnp.where(jnp.isfinite(gb), b - lr * gb, b)  #@ unchecked-overflow, partial-finite-check

    grow = finite & (good + 1 == interval)
    s = jnp.where(finite, jnp.where(grow, jnp.minimum(scale * 2, 2.0**24), scale), jnp.maximum(scale / 2, 1.0))
    n = jnp.where(finite & ~grow, good + 1, 0)
    return jnp.stack([f(W, b).astype(jnp.float32), s, n.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return compute(lin.kernel[...], lin.bias[...], x, y, lr, jnp.float32(loss_scale), good_steps, growth_interval)
