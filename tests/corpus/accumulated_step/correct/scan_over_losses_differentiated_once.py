# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    xs, ys = (a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y))

    def mean_loss(params):
        def body(total, batch):
            return total + mse(params, *batch).astype(jnp.float32), None

        total, _ = jax.lax.scan(body, 0.0, (xs, ys))
        return total / micro_batches

    grads = jax.grad(mean_loss)(params)
    params = tuple(p - lr * g for p, g in zip(params, grads))
    return mse(params, x, y).astype(jnp.float32).reshape(1)
