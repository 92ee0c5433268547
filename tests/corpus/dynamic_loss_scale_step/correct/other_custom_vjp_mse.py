# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.custom_vjp
def mse(pred, target):
    return jnp.mean(jnp.square(pred - target))


def mse_fwd(pred, target):
    err = pred - target
    return jnp.mean(jnp.square(err)), err


def mse_bwd(err, ct):
    per_element = (ct.astype(jnp.float32) / err.size).astype(err.dtype)
    d_pred = per_element * (2 * err)
    return d_pred, -d_pred


mse.defvjp(mse_fwd, mse_bwd)


def next_scale(ok, scale, count, interval):
    if not ok:
        return max(scale / 2, 1.0), 0
    if count + 1 >= interval:
        return min(scale * 2, 2.0**24), 0
    return scale, count + 1


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)), dtype=jnp.float16)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x = jnp.asarray(x, jnp.float16)
    y = jnp.asarray(y, jnp.float16)

    grads = nnx.grad(lambda m: mse(m(x), y).astype(jnp.float32) * loss_scale)(model)
    ok = not any(bool(jnp.any(~jnp.isfinite(g))) for g in jax.tree.leaves(grads))
    if ok:
        optimizer.update(model, jax.tree.map(lambda g: g / jnp.float32(loss_scale), grads))
    scale, count = next_scale(ok, loss_scale, good_steps, growth_interval)
    return jnp.array([mse(model(x), y), scale, count], dtype=jnp.float32)
