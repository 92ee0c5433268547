# expect: accepted
import jax
from jax import numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W, b = model.kernel[...], model.bias[...]

    def L(W, b):
        r = x.astype("float16") @ W.astype("float16") + b.astype("float16") - y.astype("float16")
        return jnp.mean(r**2).astype("float32")

    # The derivative of scale*L is the pullback of L applied to the scale.
    _, pullback = jax.vjp(L, W, b)
    gW, gb = pullback(jnp.float32(loss_scale))
    gW, gb = gW / loss_scale, gb / loss_scale

    finite = jnp.isfinite(gW).all() & jnp.isfinite(gb).all()
    W = jnp.where(finite, W - lr * gW, W)
    b = jnp.where(finite, b - lr * gb, b)

    reached = good_steps + 1 == growth_interval
    scale = jnp.where(
        finite,
        jnp.float32(min(loss_scale * 2, 2**24) if reached else loss_scale),
        jnp.float32(max(loss_scale / 2, 1)),
    )
    count = jnp.where(finite & (not reached), good_steps + 1, 0)
    return jnp.array([L(W, b), scale, count], dtype="float32")
