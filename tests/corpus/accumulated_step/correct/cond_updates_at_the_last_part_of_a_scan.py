# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    return jnp.mean((x @ w + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    half_x, half_y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def apply(args):
        params, total = args
        return tuple(p - lr * t / micro_batches for p, t in zip(params, total))

    def body(carry, batch):
        params, total = carry
        i, bx, by = batch
        grads = jax.grad(mse)(params, bx, by)
        total = tuple(t + g for t, g in zip(total, grads))
        params = jax.lax.cond(i == micro_batches - 1, apply, lambda args: args[0], (params, total))
        return (params, total), ()

    zeros = tuple(jnp.zeros_like(p) for p in params)
    batches = (
        jnp.arange(micro_batches),
        half_x.reshape(micro_batches, -1, x.shape[1]),
        half_y.reshape(micro_batches, -1, y.shape[1]),
    )
    (params, _), _ = jax.lax.scan(body, (params, zeros), batches)
    return mse(params, half_x, half_y).astype(jnp.float32).reshape(1)
