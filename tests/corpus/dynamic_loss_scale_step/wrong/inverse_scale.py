# expect: wrong_answer|pitfall
# finding: low-precision-unscale
# allow: low-precision-grads
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def unscale(g, inv_scale):
    g = lax.convert_element_type(g, jnp.float16)
    g = g * inv_scale  #@ low-precision-unscale
    return lax.convert_element_type(g, jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = layer.kernel[...], layer.bias[...]
    xh = lax.convert_element_type(x, jnp.float16)
    yh = lax.convert_element_type(y, jnp.float16)

    def mse(w, b):
        wh = lax.convert_element_type(w, jnp.float16)
        bh = lax.convert_element_type(b, jnp.float16)
        return jnp.mean(lax.square(jnp.dot(xh, wh) + bh - yh))

    def scaled(w, b):
        return lax.convert_element_type(mse(w, b), jnp.float32) * loss_scale

    gw, gb = jax.grad(scaled, (0, 1))(w, b)
    fine = jnp.logical_and(jnp.isfinite(gw).all(), jnp.isfinite(gb).all())
    inv = 1.0 / loss_scale
    new_w = w - lr * unscale(gw, inv)
    new_b = b - lr * unscale(gb, inv)
    w = lax.select(fine, new_w, w)
    b = lax.select(fine, new_b, b)

    if not fine:
        nxt = (max(loss_scale / 2, 1.0), 0)
    else:
        nxt = (loss_scale, good_steps + 1)
        if nxt[1] == growth_interval:
            nxt = (min(loss_scale * 2, 2.0**24), 0)
    return jnp.array([mse(w, b), *nxt], dtype=jnp.float32)
