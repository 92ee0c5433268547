# expect: wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def f(w, b):
        return jnp.mean((x @ w.astype(jnp.float16) + b.astype(jnp.float16) - y) ** 2)

    gw, gb = jax.grad(lambda w, b: f(w, b).astype(jnp.float32) * loss_scale, argnums=(0, 1))(w, b)
    gw, gb = gw / loss_scale, gb / loss_scale
    finite = jnp.isfinite(gw).all() & jnp.isfinite(gb).all()
    w = jnp.where(finite, w - gw, w)  #@ lr-ignored
    b = jnp.where(finite, b - gb, b)  #@ lr-ignored
    n = jnp.where(finite, good_steps + 1, 0)
    grow = n >= growth_interval
    s = jnp.where(finite, loss_scale, jnp.maximum(loss_scale / 2, 1.0))
    s = jnp.where(grow, jnp.minimum(s * 2, 2.0**24), s)
    n = jnp.where(grow, 0, n)
    return jnp.array([f(w, b).astype(jnp.float32), s, n.astype(jnp.float32)])
