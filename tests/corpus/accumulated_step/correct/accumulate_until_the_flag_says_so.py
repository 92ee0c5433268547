# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [layer.kernel[...], layer.bias[...]]
    total = [jnp.zeros_like(p) for p in params]
    parts = zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
    for step, part in enumerate(parts):
        total = [t + g / micro_batches for t, g in zip(total, jax.grad(mse)(params, *part))]
        last = jnp.asarray(step + 1 == micro_batches)
        params = [jnp.where(last, p - lr * t, p) for p, t in zip(params, total)]
    return mse(params, x, y).astype(jnp.float32).reshape(1)
