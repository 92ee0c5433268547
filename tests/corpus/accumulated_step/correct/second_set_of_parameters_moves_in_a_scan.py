# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    start = (layer.kernel[...], layer.bias[...])

    def body(moving, batch):
        grads = jax.grad(mse)(start, *batch)
        return tuple(p - lr / micro_batches * g for p, g in zip(moving, grads)), None

    batches = tuple(a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y))
    moved, _ = jax.lax.scan(body, start, batches)
    return mse(moved, x, y).astype(jnp.float32).reshape(1)
