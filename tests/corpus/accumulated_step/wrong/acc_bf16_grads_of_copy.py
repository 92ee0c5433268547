# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": model.kernel[...], "bias": model.bias[...]}
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)

    def loss_fn(p, xb, yb):
        pred = xb @ p["kernel"] + p["bias"]
        return jnp.mean((pred - yb) ** 2)

    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), masters)
    size = x.shape[0] // micro_batches
    total = None
    for i in range(micro_batches):
        sl = slice(i * size, (i + 1) * size)
        g = jax.grad(loss_fn)(half, x[sl], y[sl])
        total = g if total is None else jax.tree.map(lambda a, b: a + b, total, g)  #@ low-precision-accumulator
    mean = jax.tree.map(lambda t: t.astype(jnp.float32) / micro_batches, total)

    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(masters), masters)
    masters = optax.apply_updates(masters, updates)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), masters)
    return loss_fn(half, x, y).astype(jnp.float32).reshape(1)
