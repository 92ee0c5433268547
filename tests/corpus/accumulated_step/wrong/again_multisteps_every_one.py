# expect: wrong_answer
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_tx(lr, parts, every=1):  #@ update-per-micro-batch
    return optax.MultiSteps(optax.sgd(lr / parts), every_k_schedule=every)  #@ update-per-micro-batch


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    tx = make_tx(lr, micro_batches)  #@ update-per-micro-batch
    st = tx.init(params)

    def loss(params, x, y):
        m = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), params))
        return jnp.mean(optax.squared_error(m(x.astype(jnp.bfloat16)), y.astype(jnp.bfloat16)))

    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        u, st = tx.update(jax.grad(loss)(params, a, b), st, params)
        params = optax.apply_updates(params, u)  #@ update-per-micro-batch
    return loss(params, x, y).astype(jnp.float32).reshape(1)
