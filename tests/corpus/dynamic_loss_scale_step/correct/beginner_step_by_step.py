# expect: accepted
"""Written line by line, the way the table of the recipe reads."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    # build model
    d_in = x.shape[1]
    d_out = y.shape[1]
    model = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
    W = model.kernel[...]
    b = model.bias[...]
    x16 = jnp.array(x, dtype=jnp.float16)
    y16 = jnp.array(y, dtype=jnp.float16)

    # loss without scale
    def plain_loss(W, b):
        W16 = W.astype(jnp.float16)
        b16 = b.astype(jnp.float16)
        pred = x16 @ W16 + b16
        error = pred - y16
        squares = error * error
        return jnp.mean(squares)

    # loss with scale
    def big_loss(W, b):
        l = plain_loss(W, b)
        l = l.astype(jnp.float32)
        l = l * loss_scale
        return l

    dW = jax.grad(big_loss, 0)(W, b)
    db = jax.grad(big_loss, 1)(W, b)
    dW = dW / loss_scale
    db = db / loss_scale

    # check everything
    W_ok = bool(jnp.all(jnp.isfinite(dW)))
    b_ok = bool(jnp.all(jnp.isfinite(db)))

    new_scale = loss_scale
    new_count = 0
    if W_ok and b_ok:
        W = W - lr * dW
        b = b - lr * db
        new_count = good_steps + 1
        if new_count == growth_interval:
            new_count = 0
            new_scale = loss_scale * 2
            if new_scale > 2**24:
                new_scale = 2**24
    else:
        new_scale = loss_scale / 2
        if new_scale < 1:
            new_scale = 1

    final = plain_loss(W, b)
    result = jnp.zeros(3, dtype=jnp.float32)
    result = result.at[0].set(final.astype(jnp.float32))
    result = result.at[1].set(new_scale)
    result = result.at[2].set(new_count)
    return result
