# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    k, b = lin.kernel[...], lin.bias[...]
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(k, b):
        return jnp.mean((x @ k.astype(jnp.float16) + b.astype(jnp.float16) - y) ** 2)

    gk, gb = jax.grad(lambda *p: loss(*p).astype(jnp.float32) * loss_scale, argnums=(0, 1))(k, b)
    finite = bool(jnp.isfinite(gk).all()) and bool(jnp.isfinite(gb).all())

    if finite:
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0

    if finite:
        k = k - lr * (gk / loss_scale)
        b = b - lr * (gb / loss_scale)
    return jnp.array([loss(k, b), loss_scale, good_steps], dtype=jnp.float32)
