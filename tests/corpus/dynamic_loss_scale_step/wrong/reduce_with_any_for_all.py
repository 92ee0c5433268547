# expect: wrong_answer
# finding: partial-finite-check
# allow: unchecked-overflow
import jax
import jax.numpy as jnp
from flax import nnx

isfinite_tree = lambda t: all(jnp.isfinite(a).any() for a in jax.tree.leaves(t))  #@ partial-finite-check


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = [m.kernel[...], m.bias[...]]
    f16 = jnp.float16

    def risk(theta):
        w, b = (t.astype(f16) for t in theta)
        return jnp.mean((y.astype(f16) - x.astype(f16) @ w - b) ** 2)

    g = [t / loss_scale for t in jax.grad(lambda t: risk(t).astype(jnp.float32) * loss_scale)(theta)]
    scale, count = (loss_scale, good_steps + 1) if isfinite_tree(g) else (max(loss_scale / 2, 1.0), 0)
    if count:
        theta = [t - lr * d for t, d in zip(theta, g)]
    if count == growth_interval:
        scale, count = min(scale * 2, 2.0**24), 0
    return jnp.array([risk(theta).astype(jnp.float32), scale, count], jnp.float32)
