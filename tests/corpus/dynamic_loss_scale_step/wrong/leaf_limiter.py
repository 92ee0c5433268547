# expect: pitfall|wrong_answer
# finding: clipped-scaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


def limit(g, max_norm=1.0):
    length = jnp.linalg.norm(g.ravel())
    return g / jnp.maximum(1.0, length / max_norm)  #@ clipped-scaled-grads


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(params):
        k, b = (p.astype(jnp.float16) for p in params)
        return jnp.mean((xh @ k + b - yh) ** 2).astype(jnp.float32)

    def step(params, scale, good):
        raw = jax.grad(lambda p: loss_fn(p) * scale)(params)
        raw = jax.tree.map(lambda g: g.astype(jnp.float32), raw)
        finite = jnp.isfinite(raw[0]).all() & jnp.isfinite(raw[1]).all()
        tame = jax.tree.map(limit, raw)  #@ clipped-scaled-grads
        grads = jax.tree.map(lambda g: g / scale, tame)
        params = jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), params, grads)
        due = good + 1 >= growth_interval
        up = jnp.where(due, jnp.minimum(scale * 2, 2.0**24), scale)
        down = jnp.maximum(scale / 2, 1.0)
        return params, jnp.where(finite, up, down), jnp.where(finite & ~due, good + 1, 0)

    params, scale, good = jax.jit(step)(params, jnp.float32(loss_scale), jnp.int32(good_steps))
    return jnp.stack([loss_fn(params), scale, good.astype(jnp.float32)])
