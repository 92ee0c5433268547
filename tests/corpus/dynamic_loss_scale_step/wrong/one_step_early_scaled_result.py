# expect: pitfall|wrong_answer
# finding: scale-grown-early
# finding: scaled-loss-returned
"""The count is raised before it is compared as if it weren't, and the loss is returned with the scale of its default argument."""
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p, factor=loss_scale):  #@ scaled-loss-returned
        h = {k: v.astype(jnp.float16) for k, v in p.items()}
        return jnp.mean(jnp.square(xh @ h["w"] + h["b"] - yh)).astype(jnp.float32) * factor

    grads = jax.tree.map(lambda g: g / loss_scale, jax.grad(loss)(params))
    finite = jnp.isfinite(grads["w"]).all() & jnp.isfinite(grads["b"]).all()
    params = jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), params, grads)
    count, scale = good_steps + 1, loss_scale
    if not finite:
        scale, count = max(scale / 2, 1.0), 0
    elif count + 1 >= growth_interval:  #@ scale-grown-early
        scale, count = min(scale * 2, 2.0**24), 0
    return jnp.array([loss(params), scale, count], dtype=jnp.float32)  #@ scaled-loss-returned
