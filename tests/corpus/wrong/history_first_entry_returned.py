# expect: wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    losses = []

    def loss_fn(params):
        w, b = (p.astype(jnp.bfloat16) for p in params)
        pred = jnp.dot(x.astype(jnp.bfloat16), w) + b
        return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)

    for _ in range(1):
        loss, vjp = jax.vjp(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale, params)
        losses.append(loss / loss_scale)
        (grads,) = vjp(jnp.ones((), jnp.float32))
        params = tuple(p - lr * (g / loss_scale) for p, g in zip(params, grads))
    losses.append(loss_fn(params).astype(jnp.float32))
    return jnp.stack(losses)[:1]  #@ stale-loss
