# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def unscale(grads, scale):
    return jax.tree.map(lambda g: (g / scale).astype(jnp.float32), grads)  #@ low-precision-unscale


def is_finite(tree):
    return jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda t: jnp.all(jnp.isfinite(t)), tree))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    loss_scale = float(loss_scale)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x = jnp.asarray(x).astype(jnp.float16)
    y = jnp.asarray(y).astype(jnp.float16)

    def half_params():
        return model.kernel[...].astype(jnp.float16), model.bias[...].astype(jnp.float16)

    def loss_fn(kernel, bias):
        return jnp.mean(optax.squared_error(x @ kernel + bias, y))

    def scaled(kernel, bias):
        return loss_fn(kernel, bias).astype(jnp.float32) * loss_scale

    gk, gb = jax.grad(scaled, (0, 1))(*half_params())
    grads = nnx.State({"kernel": nnx.Param(gk), "bias": nnx.Param(gb)})
    grads = unscale(grads, loss_scale)

    if is_finite(grads):
        opt.update(model, grads)
        if good_steps + 1 == growth_interval:
            scale, steps = min(loss_scale * 2, 2.0**24), 0
        else:
            scale, steps = loss_scale, good_steps + 1
    else:
        scale, steps = max(loss_scale / 2, 1.0), 0

    return jnp.array([loss_fn(*half_params()).astype(jnp.float32), scale, steps], jnp.float32)
