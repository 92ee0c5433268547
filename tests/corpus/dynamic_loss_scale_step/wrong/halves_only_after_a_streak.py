# expect: pitfall|wrong_answer
# finding: scale-not-reduced
"""An overflow right after another one (or after a growth), at a count of 0, doesn't halve the scale."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        pred = jnp.einsum("ni,io->no", x16, p["kernel"].astype(jnp.float16)) + p["bias"].astype(jnp.float16)
        return jnp.mean(jnp.square(pred - y16))

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = {k: g / loss_scale for k, g in grads.items()}
    finite = all(bool(jnp.isfinite(g).all()) for g in grads.values())

    match (finite, good_steps):
        case (True, n) if n + 1 == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
        case (True, n):
            scale, count = loss_scale, n + 1
        case (False, 0):
            scale, count = loss_scale, 0  #@ scale-not-reduced
        case _:
            scale, count = max(loss_scale / 2, 1.0), 0
    if finite:
        tx = optax.sgd(lr)
        u, _ = tx.update(grads, tx.init(params))
        params = optax.apply_updates(params, u)
    return jnp.array([loss(params).astype(jnp.float32), scale, count], dtype=jnp.float32)
