# expect: pitfall|wrong_answer
# finding: master-downcast
"""The float16 copies, cast up again, are updated in place of the masters they came from."""
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (lin.kernel[...], lin.bias[...])
    cast = lambda t, d: jax.tree.map(lambda a: a.astype(d), t)
    x16, y16 = cast((x, y), jnp.float16)

    def loss(p16):
        w, b = p16
        return jnp.mean(jnp.square(x16 @ w + b - y16))

    half = cast(masters, jnp.float16)
    grads16 = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(half)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads16)
    finite = jnp.isfinite(grads[0]).all() & jnp.isfinite(grads[1]).all()
    base = cast(half, jnp.float32)  #@ master-downcast
    masters = jax.tree.map(
        lambda m, h, g: jnp.where(finite, h - lr * g, m),  #@ master-downcast
        masters,
        base,
        grads,
    )
    due = good_steps + 1 == growth_interval
    s = jnp.where(finite, min(loss_scale * 2, 2.0**24) if due else loss_scale, max(loss_scale / 2, 1.0))
    n = jnp.where(finite, 0 if due else good_steps + 1, 0)
    return jnp.array([loss(cast(masters, jnp.float16)).astype(jnp.float32), s, n], jnp.float32)
