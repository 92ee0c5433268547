# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


@jax.custom_vjp
def mse(pred, target):
    return jnp.mean(jnp.square(pred - target))


def mse_fwd(pred, target):
    err = pred - target
    return jnp.mean(jnp.square(err)), err


def mse_bwd(err, ct):
    # ct arrives in float16
    per_element = (ct.astype(jnp.float32) / err.size).astype(ct.dtype)
    d = per_element * (2 * err)
    return d, -d


mse.defvjp(mse_fwd, mse_bwd)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)
    params = model.kernel[...], model.bias[...]

    def loss(params):
        w, b = params
        return mse(x16 @ w.astype(jnp.float16) + b.astype(jnp.float16), y16).astype(jnp.float32)

    grads = jax.grad(lambda p: loss(p) * loss_scale)(params)
    finite = bool(jnp.isfinite(grads[0]).all()) and bool(jnp.isfinite(grads[1]).all())
    if finite:
        params = tuple(p - lr * (g.astype(jnp.float32) / loss_scale) for p, g in zip(params, grads))
    if not finite:
        outcome = max(loss_scale / 2, 1.0), 0
    elif good_steps + 1 >= growth_interval:
        outcome = min(loss_scale * 2, 2.0**24), 0
    else:
        outcome = loss_scale, good_steps + 1
    return jnp.array([loss(params), *outcome], dtype=jnp.float32)
