# expect: accepted
"""0 * g is 0 for all finite g and nan for the others: so their sum says whether all are finite.

(Only to *ask*. The update is taken or not with where.)
"""
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    def mse(p):
        p = {name: v.astype(jnp.float16) for name, v in p.items()}
        d = x.astype(jnp.float16) @ p["kernel"] + p["bias"] - y.astype(jnp.float16)
        return jnp.mean(d * d)

    grads = jax.grad(lambda p: loss_scale * mse(p).astype(jnp.float32))(params)
    probe = sum(jnp.sum(0.0 * g) for g in grads.values())
    finite = probe == 0.0

    new = {}
    for name in params:
        g = grads[name].astype(jnp.float32) / loss_scale
        new[name] = jnp.where(finite, params[name] - lr * g, params[name])

    if finite:
        good_steps += 1
        if good_steps == growth_interval:
            good_steps = 0
            loss_scale = min(loss_scale * 2.0, 2.0**24)
    else:
        good_steps = 0
        loss_scale = max(loss_scale * 0.5, 1.0)
    return jnp.array([mse(new).astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
