# expect: pitfall|wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    tx = optax.MultiSteps(optax.sgd(1e-2), every_k_schedule=micro_batches)  #@ lr-ignored

    def loss(params, x, y):
        params, x, y = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (params, x, y))
        return jnp.mean((nnx.merge(graphdef, params)(x) - y) ** 2)

    def body(carry, xy):
        params, state = carry
        updates, state = tx.update(jax.grad(loss)(params, *xy), state, params)
        return (optax.apply_updates(params, updates), state), None

    xs, ys = x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1])
    (params, _), _ = jax.lax.scan(body, (params, tx.init(params)), (xs, ys))
    return loss(params, x, y).astype(jnp.float32).reshape(1)
