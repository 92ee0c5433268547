# expect: pitfall|wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = layer.kernel[...], layer.bias[...]
    x = jnp.asarray(x).astype(jnp.float16)
    y = jnp.asarray(y).astype(jnp.float16)

    def loss(w16, b16):
        return jnp.mean((x @ w16 + b16 - y) ** 2).astype(jnp.float32)

    gw, gb = jax.grad(lambda w, b: loss(w, b) * loss_scale, argnums=(0, 1))(
        w.astype(jnp.float16), b.astype(jnp.float16))
    gw, gb = gw.astype(jnp.float32), gb.astype(jnp.float32)  #@ unscaled-grads
    if jnp.isfinite(gw).all() and jnp.isfinite(gb).all():
        w = w - lr * gw  #@ unscaled-grads
        b = b - lr * gb  #@ unscaled-grads
        count = good_steps + 1
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0 ** 24), 0
        else:
            scale = loss_scale
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    out = loss(w.astype(jnp.float16), b.astype(jnp.float16))
    return jnp.array([out, scale, count], dtype=jnp.float32)
