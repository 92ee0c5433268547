# expect: pitfall|wrong_answer
# finding: count-not-reset
import jax
import jax.numpy as jnp
from flax import nnx


@jax.jit
def _step(w, b, x, y, lr, scale, count, interval):
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(w, b):
        d = x @ w.astype(jnp.float16) + b.astype(jnp.float16) - y
        return jnp.mean(d**2)

    gw, gb = jax.grad(lambda w, b: loss(w, b).astype(jnp.float32) * scale, (0, 1))(w, b)
    gw, gb = gw.astype(jnp.float32) / scale, gb.astype(jnp.float32) / scale
    good = jnp.isfinite(gw).all() & jnp.isfinite(gb).all()
    w, b = jnp.where(good, w - lr * gw, w), jnp.where(good, b - lr * gb, b)
    count = jnp.where(good, count + 1, 0)  #@ count-not-reset
    double = good & (count % interval == 0)
    scale = jnp.where(good, scale, jnp.maximum(scale / 2, 1.0))
    scale = jnp.where(double, jnp.minimum(scale * 2, 2.0**24), scale)  #@ count-not-reset
    return jnp.stack([loss(w, b).astype(jnp.float32), scale, count.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return _step(layer.kernel[...], layer.bias[...], jnp.asarray(x), jnp.asarray(y),
                 jnp.float32(lr), jnp.float32(loss_scale), jnp.int32(good_steps), jnp.int32(growth_interval))
