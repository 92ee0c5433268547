# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    flat, unravel = ravel_pytree({"kernel": layer.kernel[...], "bias": layer.bias[...]})
    xs, ys = x.astype("float16"), y.astype("float16")

    def loss_of(vector):
        p = jax.tree.map(lambda a: a.astype("float16"), unravel(vector))
        return (((xs @ p["kernel"] + p["bias"]) - ys) ** 2).mean()

    g = jax.grad(lambda v: loss_of(v).astype("float32") * loss_scale)(flat) / loss_scale
    if jnp.isfinite(g).all():
        flat = flat - lr * g
        good_steps += 1
        if good_steps >= growth_interval:
            good_steps = 0
            loss_scale = min(loss_scale * 2, 2.0**24)
    else:
        good_steps = 0
        loss_scale = max(loss_scale / 2, 1.0)
    out = jnp.zeros(3, jnp.float32)
    out = out.at[0].set(loss_of(flat).astype("float32"))
    return out.at[1].set(loss_scale).at[2].set(good_steps)
