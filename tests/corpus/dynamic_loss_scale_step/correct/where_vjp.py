# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = layer.kernel.get_value(), layer.bias.get_value()
    xh, yh = (jnp.asarray(a).astype("float16") for a in (x, y))

    def loss_fn(w, b):
        err = xh @ w.astype("float16") + b.astype("float16") - yh
        return jnp.mean(err * err).astype("float32")

    # the scale comes in as the cotangent of the float32 loss
    _, pullback = jax.vjp(loss_fn, w, b)
    dw, db = pullback(jnp.float32(loss_scale))
    dw, db = dw / loss_scale, db / loss_scale

    fine = jnp.isfinite(dw).all() & jnp.isfinite(db).all()
    w = jnp.where(fine, w - lr * dw, w)
    b = jnp.where(fine, b - lr * db, b)

    n = good_steps + 1
    full = n == growth_interval
    scale = jnp.where(fine, min(2 * loss_scale, 2**24) if full else loss_scale, max(loss_scale / 2, 1.0))
    n = jnp.where(fine, 0 if full else n, 0)
    return jnp.array([loss_fn(w, b), scale, n], jnp.float32)
