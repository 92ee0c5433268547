# expect: wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx

SCALER = {}


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    SCALER.update(scale=loss_scale, count=good_steps)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    k, b = lin.kernel[...], lin.bias[...]

    def mse(k, b):
        h = x.astype(jnp.float16) @ k.astype(jnp.float16) + b.astype(jnp.float16)
        return jnp.mean((h - y.astype(jnp.float16)) ** 2)

    gk, gb = jax.grad(lambda k, b: mse(k, b).astype(jnp.float32) * SCALER["scale"], (0, 1))(k, b)
    gk, gb = gk / loss_scale, gb / loss_scale
    if jnp.isfinite(gk).all() and jnp.isfinite(gb).all():
        k, b = k - lr * gk, b - lr * gb
        SCALER["count"] += 1
        if SCALER["count"] == growth_interval:
            SCALER.update(scale=min(loss_scale * 2, 2.0**24), count=0)
    else:
        SCALER.update(scale=max(loss_scale / 2, 1.0), count=0)
    # the scale and the count are in SCALER for the next call
    return mse(k, b).astype(jnp.float32).reshape(1)  #@ wrong-output-shape
