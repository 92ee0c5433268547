# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


@jax.custom_vjp
def linear_mse(w, b, x, y):
    """Everything in here is bf16."""
    return jnp.mean(jnp.square(x @ w + b - y))


def linear_mse_fwd(w, b, x, y):
    err = x @ w + b - y
    return jnp.mean(jnp.square(err)), (x, err)


def linear_mse_bwd(res, ct):
    x, err = res
    d_mean = ct / jnp.bfloat16(err.size)          # ct is the scale, as bf16
    d_pred = d_mean * (2 * err)
    return x.T @ d_pred, d_pred.sum(0), None, None


linear_mse.defvjp(linear_mse_fwd, linear_mse_bwd)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(np.shape(x)[-1], np.shape(y)[-1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    h = jnp.bfloat16
    xh, yh = x.astype(h), y.astype(h)

    def loss_fn(m):
        small = linear_mse(m.kernel[...].astype(h), m.bias[...].astype(h), xh, yh)
        return small.astype(jnp.float32) * loss_scale

    big, grads = nnx.value_and_grad(loss_fn)(model)
    opt.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return (loss_fn(model) / loss_scale).reshape(1)
