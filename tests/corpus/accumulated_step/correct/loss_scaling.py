# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class LossScale:
    """A habit from float16. With bfloat16 it is not needed, but a power of two does no harm."""

    def __init__(self, factor=1024):
        self.factor = factor

    def scale(self, loss):
        return loss * self.factor

    def unscale(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.factor, grads)


def mse(params, xb, yb):
    w = params["kernel"].astype(jnp.bfloat16)
    b = params["bias"].astype(jnp.bfloat16)
    delta = jnp.bfloat16(0) + xb.astype(jnp.bfloat16) @ w + b - yb.astype(jnp.bfloat16)
    return jnp.mean(delta * delta)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = dict(kernel=layer.kernel[...], bias=layer.bias[...])
    scaler = LossScale()

    def scaled(params, xb, yb):
        loss = mse(params, xb, yb)
        return scaler.scale(loss), loss

    xs = x.reshape((micro_batches, x.shape[0] // micro_batches, x.shape[1]))
    ys = y.reshape((micro_batches, y.shape[0] // micro_batches, y.shape[1]))
    total = dict(kernel=0.0, bias=0.0)
    history = []
    for xb, yb in zip(xs, ys):
        grads, loss = jax.grad(scaled, has_aux=True)(params, xb, yb)
        history.append(loss)
        grads = scaler.unscale(grads)
        for name in total:
            total[name] = total[name] + grads[name]
    grads = {name: value / micro_batches for name, value in total.items()}
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params))
    params = optax.apply_updates(params, updates)
    return mse(params, x, y).astype(jnp.float32).reshape(1)
