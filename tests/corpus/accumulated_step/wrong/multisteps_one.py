# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
# allow: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_loss(graphdef):
    def loss(params, xb, yb):
        params, xb, yb = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (params, xb, yb))
        return jnp.mean((nnx.merge(graphdef, params)(xb) - yb) ** 2)

    return loss


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    loss = make_loss(graphdef)
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=1)  #@ update-per-micro-batch
    state = tx.init(params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        updates, state = tx.update(jax.grad(loss)(params, xb, yb), state, params)  #@ update-per-micro-batch
        params = optax.apply_updates(params, updates)  #@ update-per-micro-batch
    return loss(params, x, y).astype(jnp.float32).reshape(1)
