# expect: accepted
import jax.numpy as jnp
from flax import nnx

H = jnp.float16
F = jnp.float32


def forward(kernel, bias, x, y):
    """Everything in half. Gives the loss and the error that the backward needs."""
    error = x @ kernel.astype(H) + bias.astype(H) - y
    return jnp.mean(jnp.square(error)), error


def backward(error, x, scale):
    """Chain rule for mean(square(x @ k + b - y)) * scale, as autodiff does it."""
    d_loss = jnp.asarray(scale, F).astype(H)  # the cast of the loss, backwards
    d_square = (d_loss.astype(F) / error.size).astype(H)
    d_error = d_square * (error + error)
    return x.T @ d_error, jnp.sum(d_error, axis=0)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = layer.kernel[...], layer.bias[...]
    x, y = jnp.asarray(x, H), jnp.asarray(y, H)

    _, error = forward(kernel, bias, x, y)
    dk, db = backward(error, x, loss_scale)
    finite = bool(jnp.isfinite(dk).all() & jnp.isfinite(db).all())
    if not finite:
        new_scale, new_count = max(loss_scale / 2, 1.0), 0
    else:
        kernel = kernel - lr * (dk.astype(F) / loss_scale)
        bias = bias - lr * (db.astype(F) / loss_scale)
        new_scale, new_count = loss_scale, good_steps + 1
        if new_count >= growth_interval:
            new_scale, new_count = min(new_scale * 2, 2.0**24), 0
    loss, _ = forward(kernel, bias, x, y)
    return jnp.array([loss.astype(F), new_scale, new_count], dtype=F)
