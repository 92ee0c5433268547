# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def to16(tree):
    return jax.tree_util.tree_map(lambda a: jnp.asarray(a).astype(jnp.float16), tree)


def loss32(params, batch):
    (w, b), (inp, tgt) = to16(params), to16(batch)
    return ((inp @ w + b - tgt) ** 2).mean().astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    init = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (init.kernel[...], init.bias[...])
    batch = (x, y)
    scaled_grads = jax.grad(lambda p: loss_scale * loss32(p, batch))(params)
    overflow = any(bool(jnp.any(~jnp.isfinite(g))) for g in scaled_grads)
    if overflow:
        return jnp.array([loss32(params, batch), max(1.0, loss_scale / 2), 0], jnp.float32)

    step = lr / loss_scale
    params = tuple(p - step * g for p, g in zip(params, scaled_grads))
    if good_steps + 1 < growth_interval:
        return jnp.array([loss32(params, batch), loss_scale, good_steps + 1], jnp.float32)
    return jnp.array([loss32(params, batch), min(2.0 ** 24, 2 * loss_scale), 0], jnp.float32)
