# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def part_loss(params, x, y):
    half = {k: v.astype(jnp.bfloat16) for k, v in params.items()}  # a copy for each part
    pred = x.astype(jnp.bfloat16) @ half["kernel"] + half["bias"]
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    parts = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))

    def objective(params):
        return sum(part_loss(params, a, b).astype(jnp.float32) for a, b in parts)

    total = jax.grad(objective)(params)
    params = {k: v - lr * (total[k] / micro_batches) for k, v in params.items()}
    return part_loss(params, x, y).astype(jnp.float32).reshape(1)
