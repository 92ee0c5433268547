# expect: pitfall|wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_loss(graphdef):
    def loss(params, x, y):
        params, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (params, x, y))
        return jnp.mean((nnx.merge(graphdef, params)(x) - y) ** 2)
    return loss


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    loss = make_loss(graphdef)
    tx = optax.chain(optax.sgd(lr), optax.apply_every(micro_batches))  #@ summed-grads
    state = tx.init(params)
    n = x.shape[0] // micro_batches
    for k in range(micro_batches):
        g = jax.grad(loss)(params, x[k * n:(k + 1) * n], y[k * n:(k + 1) * n])
        updates, state = tx.update(g, state, params)
        params = optax.apply_updates(params, updates)
    return loss(params, x, y).astype(jnp.float32)[None]
