# expect: pitfall|wrong_answer
# finding: scale-not-grown
# finding: wrong-output-shape
"""Growth asks for more good steps than the interval, and the result is a column of shape (3, 1)."""
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(w, b):
        return jnp.mean((x @ w.astype(jnp.float16) + b.astype(jnp.float16) - y) ** 2)

    def scaled(w, b):
        return loss(w, b).astype(jnp.float32) * loss_scale

    gw, gb = (g / loss_scale for g in jax.grad(scaled, (0, 1))(w, b))
    if bool(jnp.isfinite(gw).all() & jnp.isfinite(gb).all()):
        w, b = w - lr * gw, b - lr * gb
        good_steps = good_steps + 1
        if good_steps > growth_interval:  #@ scale-not-grown
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    rows = [loss(w, b), loss_scale, good_steps]
    return jnp.array([[r] for r in rows], dtype=jnp.float32)  #@ wrong-output-shape
