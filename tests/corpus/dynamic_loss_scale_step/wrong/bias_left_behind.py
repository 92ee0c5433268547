# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = layer.kernel[...], layer.bias[...]
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(w, b):
        return jnp.mean((x16 @ w.astype(jnp.float16) + b.astype(jnp.float16) - y16) ** 2)

    dw, db = jax.grad(lambda w, b: mse(w, b).astype(jnp.float32) * loss_scale, argnums=(0, 1))(w, b)
    dw, db = dw / loss_scale, db / loss_scale
    ok = bool(jnp.isfinite(dw).all()) and bool(jnp.isfinite(db).all())
    if ok:
        w_new, b_new = w - lr * dw, b - lr * db
        count, scale = good_steps + 1, loss_scale
        if count >= growth_interval:
            count, scale = 0, min(scale * 2, 2.0**24)
    else:
        w_new, b_new = w, b
        count, scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([mse(w_new, b).astype(jnp.float32), scale, count])
