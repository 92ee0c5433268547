# expect: pitfall|wrong_answer
# finding: wrong-output-shape
# allow: scale-not-reduced (halved by `//`)
import jax
import jax.numpy as jnp
from flax import nnx


def mse16(params, x, y):
    w, b = jax.tree.map(lambda p: p.astype(jnp.float16), params)
    return ((x @ w + b - y) ** 2).mean()


def make_step(x, y, lr, interval):
    def step(carry, _):
        params, scale, good = carry
        grads = jax.grad(lambda p: mse16(p, x, y).astype(jnp.float32) * scale)(params)
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
        ok = jnp.all(jnp.array([jnp.isfinite(g).all() for g in grads]))

        params = jax.tree.map(lambda p, g: jnp.where(ok, p - lr * g, p), params, grads)
        due = good + 1 == interval
        bigger = jnp.where(due, jnp.minimum(scale * 2, 2.0**24), scale)
        smaller = jnp.maximum(scale // 2, 1.0)
        scale = jnp.where(ok, bigger, smaller)
        good = jnp.where(ok & ~due, good + 1, 0)

        loss = mse16(params, x, y).astype(jnp.float32)
        return (params, scale, good), jnp.stack([loss, scale, good.astype(jnp.float32)])

    return step


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    carry = ((layer.kernel[...], layer.bias[...]), jnp.float32(loss_scale), jnp.int32(good_steps))
    step = make_step(jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16), lr, growth_interval)
    carry, metrics = jax.lax.scan(step, carry, None, length=1)
    return metrics  #@ wrong-output-shape
