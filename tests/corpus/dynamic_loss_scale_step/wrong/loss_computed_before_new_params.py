# expect: wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
from flax import nnx


@jax.jit
def train_step(w, b, x, y, lr, scale, good, interval):
    h = jnp.float16

    def loss_fn(w, b):
        return jnp.mean((x.astype(h) @ w.astype(h) + b.astype(h) - y.astype(h)) ** 2)

    scaled, (gw, gb) = jax.value_and_grad(lambda w, b: loss_fn(w, b).astype(jnp.float32) * scale, (0, 1))(w, b)
    loss = scaled / scale  # cheaper than a second forward #@ stale-loss
    gw, gb = gw / scale, gb / scale
    ok = jnp.isfinite(gw).all() & jnp.isfinite(gb).all()
    w = jnp.where(ok, w - lr * gw, w)
    b = jnp.where(ok, b - lr * gb, b)
    good = jnp.where(ok, good + 1, 0)
    grow = good == interval
    scale = jnp.where(ok, scale, jnp.maximum(scale / 2, 1.0))
    scale = jnp.where(grow, jnp.minimum(scale * 2, 2.0**24), scale)
    good = jnp.where(grow, 0, good)
    return (w, b), jnp.array([loss, scale, good.astype(jnp.float32)])  #@ stale-loss


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    (w, b), out = train_step(layer.kernel[...], layer.bias[...], x, y, lr, loss_scale, good_steps, growth_interval)
    layer.kernel[...] = w
    layer.bias[...] = b
    return out  #@ stale-loss
