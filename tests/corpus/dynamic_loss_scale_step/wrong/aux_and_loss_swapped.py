# expect: pitfall|wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


def cast_half(tree):
    return jax.tree.map(lambda a: jnp.asarray(a, dtype=jnp.float16), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = model.kernel[...], model.bias[...]
    xh, yh = cast_half((x, y))

    def loss_fn(params):
        wh, bh = params
        loss = jnp.mean((xh @ wh + bh - yh) ** 2).astype(jnp.float32)
        scaled_loss = loss * loss_scale
        return loss, scaled_loss  #@ missing-loss-scale

    (loss, scaled_loss), (gw, gb) = jax.value_and_grad(loss_fn, has_aux=True)(cast_half((w, b)))
    gw = gw.astype(jnp.float32) / loss_scale
    gb = gb.astype(jnp.float32) / loss_scale

    finite = bool(jnp.isfinite(jnp.concatenate([gw.ravel(), gb.ravel()])).all())
    if finite:
        w, b = w - lr * gw, b - lr * gb
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            scale, count = min(2.0 * loss_scale, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2.0, 1.0), 0

    loss, _ = loss_fn(cast_half((w, b)))
    return jnp.stack([loss, jnp.float32(scale), jnp.float32(count)])
