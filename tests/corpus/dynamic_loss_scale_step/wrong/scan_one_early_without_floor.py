# expect: wrong_answer
# finding: scale-grown-early
# finding: scale-unbounded
import jax
import jax.numpy as jnp
from flax import nnx


def mse(p, x, y):
    return jnp.mean((x @ p["w"] + p["b"] - y) ** 2)


def to_half(p):
    return jax.tree.map(lambda a: a.astype(jnp.float16), p)


def scale_rule(scale, count, interval, finite):
    last = count + 1 >= interval - 1  #@ scale-grown-early
    factor = jnp.where(finite, jnp.where(last, 2.0, 1.0), 0.5)
    scale = jnp.minimum(scale * factor, 2.0**24)  #@ scale-unbounded
    return scale, jnp.where(finite & ~last, count + 1, 0)


def train_body(lr, interval):
    def body(carry, batch):
        p, scale, count = carry
        x, y = batch
        g = jax.grad(lambda q: mse(q, x, y).astype(jnp.float32) * scale)(to_half(p))
        g = jax.tree.map(lambda a: a.astype(jnp.float32) / scale, g)
        finite = jnp.isfinite(g["w"]).all() & jnp.isfinite(g["b"]).all()
        p = jax.tree.map(lambda a, d: jnp.where(finite, a - lr * d, a), p, g)
        scale, count = scale_rule(scale, count, interval, finite)
        return (p, scale, count), mse(to_half(p), x, y).astype(jnp.float32)

    return body


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": m.kernel[...], "b": m.bias[...]}
    data = to_half((jnp.asarray(x)[None], jnp.asarray(y)[None]))
    init = (p, jnp.float32(loss_scale), jnp.int32(good_steps))
    (_, scale, count), losses = jax.lax.scan(train_body(lr, growth_interval), init, data)
    return jnp.stack([losses[-1], scale, count.astype(jnp.float32)])
