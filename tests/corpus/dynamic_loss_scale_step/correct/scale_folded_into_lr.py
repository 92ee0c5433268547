# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    # SGD is linear: lr * (g / s) == (lr / s) * g
    opt = nnx.Optimizer(model, optax.sgd(lr / loss_scale), wrt=nnx.Param)
    x = x.astype(jnp.float16)
    y = y.astype(jnp.float16)

    def mse(model):
        pred = x @ model.kernel[...].astype(jnp.float16)
        pred = pred + model.bias[...].astype(jnp.float16)
        return jnp.mean((y - pred) ** 2)

    def scaled(model):
        return mse(model).astype(jnp.float32) * loss_scale

    g = nnx.grad(scaled)(model)
    overflow = bool(~jnp.isfinite(g.kernel[...]).all() | ~jnp.isfinite(g.bias[...]).all())
    if not overflow:
        opt.update(model, g)

    if overflow:
        s, n = loss_scale / 2, 0
    elif good_steps + 1 == growth_interval:
        s, n = loss_scale * 2, 0
    else:
        s, n = loss_scale, good_steps + 1
    s = min(max(s, 1.0), 2.0**24)
    return jnp.asarray([mse(model).astype(jnp.float32), s, n], jnp.float32)
