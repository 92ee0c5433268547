# expect: pitfall|wrong_answer
# finding: scale-unbounded
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]

    def half_loss(w, b):
        e = x.astype(jnp.float16) @ w.astype(jnp.float16) + b.astype(jnp.float16) - y.astype(jnp.float16)
        return jnp.mean(e**2)

    dw, db = jax.grad(lambda w, b: half_loss(w, b).astype(jnp.float32) * loss_scale, argnums=(0, 1))(w, b)
    dw, db = dw / loss_scale, db / loss_scale
    if jnp.isfinite(dw).all() and jnp.isfinite(db).all():
        w, b = w - lr * dw, b - lr * db
        count = good_steps + 1
        scale = loss_scale
        if count >= growth_interval:
            scale = loss_scale * 2  #@ scale-unbounded
            count = 0
    else:
        scale = max(loss_scale / 2, 1.0)
        count = 0
    return jnp.array([half_loss(w, b).astype(jnp.float32), scale, count])  #@ scale-unbounded
