# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (m.kernel[...], m.bias[...])
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(params):
        w, b = (p.astype(jnp.float16) for p in params)
        return jnp.mean((y - (x @ w + b)) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    ok = all(bool(jnp.isfinite(g).all()) for g in grads)
    if ok:
        # optax.apply_updates adds, too
        updates = [lr * (g / loss_scale) for g in grads]
        params = [p + u for p, u in zip(params, updates)]
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse(params).astype(jnp.float32), loss_scale, good_steps])
