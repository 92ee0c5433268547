# expect: wrong_answer
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    x_, y_ = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(w, b):
        return jnp.mean((x_ @ w.astype(jnp.float16) + b.astype(jnp.float16) - y_) ** 2)

    gw, gb = jax.grad(lambda w, b: loss(w, b).astype(jnp.float32) * loss_scale, argnums=[0, 1])(w, b)
    gw = gw / loss_scale
    gb = gb / loss_scale

    ok = bool(jnp.all(jnp.isfinite(gw))) and bool(jnp.all(jnp.isfinite(gb)))
    if ok:
        w = w - lr * gw
        b = b - lr * gb
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(loss_scale * 2, 2**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale // 2, 1)  #@ scale-not-reduced
        good_steps = 0
    return jnp.array([loss(w, b).astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
