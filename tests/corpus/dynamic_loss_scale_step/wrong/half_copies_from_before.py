# expect: pitfall|wrong_answer
# finding: stale-loss|update-discarded
import jax
import jax.numpy as jnp
from flax import nnx


def mse(half, x, y):
    return jnp.mean((x @ half["kernel"] + half["bias"] - y) ** 2).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    half = jax.tree.map(lambda p: p.astype(jnp.float16), masters)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)
    grads = jax.grad(lambda h: mse(h, x, y) * loss_scale)(half)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = jnp.isfinite(grads["kernel"]).all() & jnp.isfinite(grads["bias"]).all()
    masters = jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), masters, grads)  #@ stale-loss, update-discarded
    scale, count = loss_scale, good_steps + 1
    if not finite:
        scale, count = max(loss_scale / 2, 1.0), 0
    elif count == growth_interval:
        scale, count = min(loss_scale * 2, 2.0 ** 24), 0
    return jnp.array([mse(half, x, y), scale, count], dtype=jnp.float32)  #@ stale-loss, update-discarded
