# expect: pitfall|wrong_answer
# finding: uncast-targets
# allow: full-precision-loss
import jax
import jax.numpy as jnp
from flax import nnx


@jax.jit
def half_loss(w, b, x, y):
    out = x.astype(jnp.float16) @ w.astype(jnp.float16) + b.astype(jnp.float16)
    err = (out - y).astype(jnp.float16)  #@ uncast-targets
    return jnp.mean(err * err)


@jax.jit
def scaled_grads(w, b, x, y, s):
    return jax.grad(lambda w, b: half_loss(w, b, x, y).astype(jnp.float32) * s, argnums=(0, 1))(w, b)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    gw, gb = scaled_grads(w, b, x, y, loss_scale)
    gw, gb = gw / loss_scale, gb / loss_scale
    finite = bool(jnp.isfinite(gw).all()) and bool(jnp.isfinite(gb).all())
    if finite:
        w, b = w - lr * gw, b - lr * gb
        count = good_steps + 1
        grow = count == growth_interval
        loss_scale = min(loss_scale * 2, 2.0**24) if grow else loss_scale
        count = 0 if grow else count
    else:
        loss_scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([half_loss(w, b, x, y).astype(jnp.float32), loss_scale, count])
