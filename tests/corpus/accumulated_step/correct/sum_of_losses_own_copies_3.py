# expect: accepted
"""Right: one derivative of the summed losses, but every part casts the masters on its own, so the sum is a float32 one."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def part_loss(params, x, y):
    half = {name: p.astype(jnp.bfloat16) for name, p in params.items()}
    pred = x.astype(jnp.bfloat16) @ half["kernel"] + half["bias"]
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}
    n = x.shape[0] // micro_batches

    def all_parts(params):
        return sum(part_loss(params, x[i:i + n], y[i:i + n]).astype(jnp.float32) for i in range(0, x.shape[0], n))

    grads = jax.grad(all_parts)(params)
    tx = optax.chain(optax.scale(1 / micro_batches), optax.sgd(lr))
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return part_loss(params, x, y).astype(jnp.float32).reshape(1)
