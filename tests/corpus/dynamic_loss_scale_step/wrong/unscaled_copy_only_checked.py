# expect: wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


def unscale(grads, scale):
    return {name: g.astype(jnp.float32) / scale for name, g in grads.items()}


def check(grads):
    return all(bool(jnp.isfinite(g).all()) for g in grads.values())


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    def loss16(params):
        h = {n: p.astype(jnp.float16) for n, p in params.items()}
        return jnp.mean((x.astype(jnp.float16) @ h["kernel"] + h["bias"] - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: loss16(p).astype(jnp.float32) * loss_scale)(params)
    if check(unscale(grads, loss_scale)):  #@ unscaled-grads
        params = {n: params[n] - lr * grads[n] for n in params}  #@ unscaled-grads
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(2 * loss_scale, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([loss16(params).astype(jnp.float32), loss_scale, good_steps])
