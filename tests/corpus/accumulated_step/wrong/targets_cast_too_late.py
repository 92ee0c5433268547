# expect: pitfall|wrong_answer
# finding: uncast-targets
"""Wrong: the targets reach the subtraction in float32, and the error is rounded afterwards."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)

    def residual(params, x, y):
        low = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        pred = nnx.merge(graphdef, low)(x.astype(jnp.bfloat16))
        return (pred - y).astype(jnp.bfloat16)  #@ uncast-targets

    def loss(params, x, y):
        return jnp.mean(jnp.square(residual(params, x, y)))

    cut = lambda a: a.reshape(micro_batches, -1, a.shape[-1])
    body = lambda acc, part: (jax.tree.map(jnp.add, acc, jax.grad(loss)(params, *part)), None)
    acc, _ = jax.lax.scan(body, jax.tree.map(jnp.zeros_like, params), (cut(x), cut(y)))
    tx = optax.sgd(lr)
    updates, _ = tx.update(jax.tree.map(lambda a: a / micro_batches, acc), tx.init(params), params)
    return loss(optax.apply_updates(params, updates), x, y).astype(jnp.float32).reshape(1)
