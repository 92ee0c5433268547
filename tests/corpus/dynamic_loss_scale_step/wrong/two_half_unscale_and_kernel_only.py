# expect: wrong_answer
# finding: low-precision-unscale
# finding: partial-finite-check
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    master = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    xs, ys = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(h):
        return jnp.mean(optax.squared_error(xs @ h["kernel"] + h["bias"], ys))

    half = optax.tree.cast(master, jnp.float16)
    raw = jax.grad(lambda h: loss(h).astype(jnp.float32) * loss_scale)(half)
    g = optax.tree.cast(optax.tree.scale(1.0 / loss_scale, raw), jnp.float32)  #@ low-precision-unscale
    if jnp.isfinite(g["kernel"]).all():  #@ partial-finite-check
        master = optax.tree.add_scale(master, -lr, g)
        s, n = (min(2 * loss_scale, 2.0**24), 0) if good_steps + 1 == growth_interval else (loss_scale, good_steps + 1)
    else:
        s, n = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(optax.tree.cast(master, jnp.float16)).astype(jnp.float32), s, n], dtype=jnp.float32)
