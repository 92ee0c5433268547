# expect: wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    l = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    a, t = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(k, b):
        return jnp.mean((a @ k.astype(jnp.float16) + b.astype(jnp.float16) - t) ** 2).astype(jnp.float32)

    k, b = l.kernel[...], l.bias[...]
    gk, gb = jax.grad(lambda k, b: loss(k, b) * loss_scale, (0, 1))(k, b)
    ok = bool(jnp.isfinite(gk).all()) and bool(jnp.isfinite(gb).all())
    if ok:
        k, b = k - lr * (gk / loss_scale), b - lr * (gb / loss_scale)
    good = good_steps + 1 if ok else 0
    new_scale = loss_scale if ok else max(loss_scale / 2, 1.0)
    if good == growth_interval:
        new_scale, good = min(new_scale * 2, 2.0**24), 0
    return jnp.array([loss(k, b), new_scale], dtype=jnp.float32)  #@ wrong-output-shape
