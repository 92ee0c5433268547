# expect: wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
from flax import nnx


def lerp(a, b, t):
    """a for t = 0, b for t = 1"""
    return (1.0 - t) * a + t * b  #@ masked-by-multiplication


@jax.jit
def step(params, x, y, lr, scale, good, interval):
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(params):
        k, b = params
        return jnp.mean((x @ k.astype(jnp.float16) + b.astype(jnp.float16) - y) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * scale)(params)
    grads = jax.tree.map(lambda g: g / scale, grads)
    ok = jnp.stack([jnp.isfinite(g).all() for g in grads]).all()
    t = ok.astype(jnp.float32)

    candidate = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    params = jax.tree.map(lambda old, new: lerp(old, new, t), params, candidate)  #@ masked-by-multiplication

    due = ok & (good + 1 == interval)
    new_scale = jnp.where(ok, lerp(scale, jnp.minimum(2 * scale, 2.0**24), due), jnp.maximum(scale / 2, 1.0))
    new_good = jnp.where(ok & ~due, good + 1, 0)
    return jnp.stack([mse(params).astype(jnp.float32), new_scale, new_good.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return step((lin.kernel[...], lin.bias[...]), x, y, lr, jnp.float32(loss_scale), good_steps, growth_interval)
