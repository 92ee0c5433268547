# expect: wrong_answer
# finding: scale-grown-early
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    def mse(w):
        pred = x.astype(jnp.float16) @ w["kernel"].astype(jnp.float16) + w["bias"].astype(jnp.float16)
        return jnp.mean((pred - y.astype(jnp.float16)) ** 2)

    g = jax.grad(lambda w: mse(w).astype(jnp.float32) * loss_scale)(w)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    finite = jnp.isfinite(g["kernel"]).all() and jnp.isfinite(g["bias"]).all()

    if finite:
        w = jax.tree.map(lambda p, d: p - lr * d, w, g)
        good_steps += 1
        if good_steps == growth_interval:
            good_steps = 0
        loss_scale = min(loss_scale * 2, 2.0**24)  #@ scale-grown-early
    else:
        good_steps = 0
        loss_scale = max(loss_scale / 2, 1.0)
    return jnp.array([mse(w).astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
