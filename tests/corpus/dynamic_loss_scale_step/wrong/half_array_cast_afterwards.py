# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(w, b):
        return jnp.mean((x @ w.astype(jnp.float16) + b.astype(jnp.float16) - y) ** 2)

    gw, gb = jax.grad(lambda w, b: loss_fn(w, b).astype(jnp.float32) * loss_scale, (0, 1))(w, b)
    gw, gb = gw / loss_scale, gb / loss_scale
    if jnp.isfinite(gw).all() and jnp.isfinite(gb).all():
        w, b = w - lr * gw, b - lr * gb
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0 ** 24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(w, b), loss_scale, good_steps]).astype(jnp.float32)
