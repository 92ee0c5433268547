# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
"""Wrong: the losses of all parts share one bfloat16 copy, so JAX adds up what comes back to it in bfloat16."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def part_loss(half, x, y):
    err = x @ half["kernel"] + half["bias"] - y
    return jnp.mean(err * err).astype(jnp.float32)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def all_parts(params):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)  #@ low-precision-accumulator
        parts = zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
        return sum(part_loss(half, xb, yb) for xb, yb in parts)  #@ low-precision-accumulator

    grads = jax.grad(all_parts)(params)
    mean = jax.tree.map(lambda g: g / micro_batches, grads)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return part_loss(half, x, y).reshape(1)
