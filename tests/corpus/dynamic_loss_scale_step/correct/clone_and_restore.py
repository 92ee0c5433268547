# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


class HalfLinear(nnx.Module):
    """A linear layer that holds float32 and computes in `dtype`."""

    def __init__(self, din, dout, *, dtype, rngs):
        self.linear = nnx.Linear(din, dout, rngs=rngs)
        self.dtype = dtype

    def __call__(self, x):
        w = self.linear.kernel[...].astype(self.dtype)
        b = self.linear.bias[...].astype(self.dtype)
        return x.astype(self.dtype) @ w + b


def loss_fn(model, x, y):
    err = model(x) - y.astype(model.dtype)
    return (err**2).mean()


def scaled_loss_fn(model, x, y, scale):
    loss = loss_fn(model, x, y)
    return loss.astype(jnp.float32) * scale, loss


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x), jnp.asarray(y)
    model = HalfLinear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    backup = nnx.clone(model)
    (_, _loss_before), grads = nnx.value_and_grad(scaled_loss_fn, has_aux=True)(model, x, y, loss_scale)

    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    optimizer.update(model, grads)  # tentatively

    overflowed = any(bool(jnp.any(~jnp.isfinite(g))) for g in jax.tree.leaves(grads))
    if overflowed:
        nnx.update(model, nnx.state(backup))  # roll back
        next_scale, next_count = max(loss_scale * 0.5, 1.0), 0
    else:
        done, next_count = divmod(good_steps + 1, growth_interval)
        next_scale = min(loss_scale * 2.0**done, 2.0**24)

    loss = np.asarray(loss_fn(model, x, y), np.float32)
    return np.array([loss, next_scale, next_count], np.float32)
