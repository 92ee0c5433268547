# expect: wrong_answer|pitfall
# finding: partial-finite-check
# allow: unchecked-overflow
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W, b = layer.kernel[...], layer.bias[...]
    x = jnp.asarray(x, jnp.float16)
    y = jnp.asarray(y, jnp.float16)

    def loss_fn(W, b):
        out = x @ W.astype(jnp.float16) + b.astype(jnp.float16)
        return jnp.mean((out - y) ** 2).astype(jnp.float32)

    def scaled_loss_fn(W, b):
        return loss_fn(W, b) * loss_scale

    dW, db = jax.grad(scaled_loss_fn, argnums=(0, 1))(W, b)
    dW = dW.astype(jnp.float32) / loss_scale
    db = db.astype(jnp.float32) / loss_scale
    finite = jnp.isfinite(dW).all()  #@ partial-finite-check

    W = jnp.where(finite, W - lr * dW, W)
    b = jnp.where(finite, b - lr * db, b)

    if finite:
        count = good_steps + 1
        if count == growth_interval:
            loss_scale, count = min(loss_scale * 2.0, 2.0**24), 0
    else:
        loss_scale, count = max(loss_scale / 2.0, 1.0), 0
    return jnp.array([loss_fn(W, b), loss_scale, count], dtype=jnp.float32)
