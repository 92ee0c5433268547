# expect: wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
from flax import nnx


@jax.jit
def step(params, x, y, lr, scale, good, interval):
    def loss16(params):
        w, b = (p.astype(jnp.float16) for p in params)
        return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: loss16(p).astype(jnp.float32) * scale)(params)
    grads = [g / scale for g in grads]
    finite = jnp.isfinite(grads[0]).all() & jnp.isfinite(grads[1]).all()

    # no `if` in jit, so a branch-free update
    params = [p - lr * g * finite for p, g in zip(params, grads)]  #@ masked-by-multiplication

    good = jnp.where(finite, good + 1, 0)
    grow = good >= interval
    scale = jnp.where(finite, jnp.where(grow, jnp.minimum(scale * 2, 2.0**24), scale), jnp.maximum(scale / 2, 1.0))
    good = jnp.where(grow, 0, good)
    return jnp.array([loss16(params).astype(jnp.float32), scale, good.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return step([m.kernel[...], m.bias[...]], x, y, lr, loss_scale, good_steps, growth_interval)
