# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    rngs = nnx.Rngs(int(seed))
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=rngs)
    params = {name: getattr(model, name)[...] for name in ("kernel", "bias")}

    def loss(p):
        h = {k: v.astype(jnp.float16) for k, v in p.items()}
        r = (x.astype(jnp.float16) @ h["kernel"] + h["bias"]) - y.astype(jnp.float16)
        return jnp.mean(r**2).astype(jnp.float32)

    big = jax.grad(lambda p: loss(p) * loss_scale)(params)
    # instead of dividing every gradient: one division, of the learning rate
    small_lr = lr / loss_scale
    if all(np.all(np.isfinite(v)) for v in big.values()):
        params = {k: params[k] - small_lr * big[k] for k in params}
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            scale, count = min(scale * 2.0, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2.0, 1.0), 0
    return jnp.array([loss(params), scale, count], dtype=jnp.float32)
