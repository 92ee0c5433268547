# expect: pitfall|wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    k, b = lin.kernel[...], lin.bias[...]
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(k, b):
        pred = x @ k.astype(jnp.float16) + b.astype(jnp.float16)
        return jnp.mean((pred - y) ** 2)

    def scaled_loss_fn(k, b):
        return loss_fn(k, b).astype(jnp.float32) * loss_scale

    scaled = scaled_loss_fn(k, b)
    gk, gb = jax.grad(loss_fn, argnums=(0, 1))(k, b)  #@ missing-loss-scale
    gk, gb = gk.astype(jnp.float32) / loss_scale, gb.astype(jnp.float32) / loss_scale
    finite = jnp.isfinite(gk).all() & jnp.isfinite(gb).all()
    if finite:
        k, b = k - lr * gk, b - lr * gb
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(k, b), loss_scale, good_steps], dtype=jnp.float32)
