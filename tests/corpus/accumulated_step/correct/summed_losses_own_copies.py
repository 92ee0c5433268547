# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def part_loss(params, xb, yb):
    w = params["w"].astype(jnp.bfloat16)
    b = params["b"].astype(jnp.bfloat16)
    pred = xb.astype(jnp.bfloat16) @ w + b
    return jnp.mean((pred - yb.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = dict(w=linear.kernel[...], b=linear.bias[...])
    m = x.shape[0] // micro_batches

    def total_loss(params):
        total = 0.0
        for i in range(micro_batches):
            total += part_loss(params, x[i * m:i * m + m], y[i * m:i * m + m])
        return total

    grads = jax.grad(total_loss)(params)
    params = jax.tree.map(lambda p, g: p - lr * (g / micro_batches), params, grads)
    return part_loss(params, x, y).reshape(-1).astype(jnp.float32)
