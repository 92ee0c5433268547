# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Regressor(nnx.Module):
    """A linear layer that is called with one example at a time."""

    def __init__(self, d_in, d_out, seed):
        self.linear = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))

    def halves(self):
        return self.linear.kernel[...].astype(jnp.float16), self.linear.bias[...].astype(jnp.float16)


def predict_row(w, b, row):
    return row @ w + b


def batch_loss(model, x, y):
    w, b = model.halves()
    out = jax.vmap(predict_row, in_axes=(None, None, 0))(w, b, x.astype(jnp.float16))
    return jnp.mean(jnp.square(out - y.astype(jnp.float16)))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = Regressor(x.shape[1], y.shape[1], int(seed))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def scaled(model):
        loss = batch_loss(model, x, y)
        return loss.astype(jnp.float32) * loss_scale, loss

    (_, _), grads = nnx.value_and_grad(scaled, has_aux=True)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = bool(jnp.all(jnp.concatenate([jnp.isfinite(g).ravel() for g in jax.tree.leaves(grads)])))
    count = 0
    scale = max(loss_scale / 2, 1.0)
    if finite:
        optimizer.update(model, grads)
        count = good_steps + 1
        scale = loss_scale
    if finite and count >= growth_interval:
        count = 0
        scale = min(2 * loss_scale, 2.0**24)
    return jnp.array([batch_loss(model, x, y), scale, count], dtype=jnp.float32)
