# expect: wrong_answer
# finding: scale-grown-early
# allow: count-not-reset
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}

    def loss16(p):
        h = {k: v.astype(jnp.float16) for k, v in p.items()}
        return jnp.mean((x.astype(jnp.float16) @ h["w"] + h["b"] - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: loss16(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = bool(jnp.isfinite(grads["w"]).all()) and bool(jnp.isfinite(grads["b"]).all())

    if finite:
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
        good_steps = good_steps + 1
        # good_steps counts from 0, so the last one of an interval is interval - 1
        if good_steps >= growth_interval - 1:  #@ scale-grown-early
            loss_scale = min(loss_scale * 2.0, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2.0, 1.0)
        good_steps = 0
    return jnp.array([loss16(params).astype(jnp.float32), loss_scale, good_steps])
