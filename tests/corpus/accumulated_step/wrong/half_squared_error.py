# expect: wrong_answer
"""Wrong: optax.l2_loss is half of the squared error."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)

    def loss(params, x, y):
        pred = nnx.merge(graphdef, params)(x)
        return optax.l2_loss(pred, y.astype(pred.dtype)).mean()

    def add(total, part):
        return jax.tree.map(jnp.add, total, jax.grad(loss)(params, *part)), None

    parts = jax.tree.map(lambda a: a.reshape(micro_batches, -1, a.shape[1]), (x, y))
    total, _ = jax.lax.scan(add, jax.tree.map(jnp.zeros_like, params), parts)
    params = jax.tree.map(lambda p, t: p - lr * (t / micro_batches), params, total)
    return loss(params, x, y).astype(jnp.float32)[None]
