# expect: accepted
import jax, jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W, b = lin.kernel[...], lin.bias[...]
    h = lambda a: a.astype(jnp.float16)

    def L(W, b):
        r = h(x) @ h(W) + h(b) - h(y)
        return jnp.mean(r**2).astype(jnp.float32)

    # pull back the scale instead of 1: the same as differentiating scale * L
    _, pull = jax.vjp(L, W, b)
    gW, gb = pull(jnp.float32(loss_scale))
    gW, gb = gW / loss_scale, gb / loss_scale

    if jnp.isfinite(gW).all() and jnp.isfinite(gb).all():
        W, b = W - lr * gW, b - lr * gb
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(2 * loss_scale, 2**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1), 0

    return jnp.array([L(W, b), loss_scale, good_steps], dtype=jnp.float32)
