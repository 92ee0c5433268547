# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W = layer.kernel[...]
    b = layer.bias[...]
    xs = x.astype(jnp.float16)
    ys = y.astype(jnp.float16)

    def cost(W, b):
        z = xs @ W.astype(jnp.float16) + b.astype(jnp.float16)
        return jnp.mean((z - ys) ** 2)

    def scaled_cost(W, b):
        return cost(W, b).astype(jnp.float32) * loss_scale

    dW, db = jax.grad(scaled_cost, argnums=(0, 1))(W, b)
    dW, db = dW / loss_scale, db / loss_scale
    isfin = jnp.isfinite(dW).all() & jnp.isfinite(db).all()
    W_new = jnp.where(isfin, W - lr * dW, W)
    b_new = jnp.where(isfin, b - lr * db, b)

    due = good_steps + 1 == growth_interval
    s = jnp.where(isfin, min(2 * loss_scale, 2.0**24) if due else loss_scale, max(loss_scale / 2, 1.0))
    n = jnp.where(isfin, 0 if due else good_steps + 1, 0)
    return jnp.stack([cost(W_new, b).astype(jnp.float32), s.astype(jnp.float32), n.astype(jnp.float32)])
