# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Loss:
    def __init__(self, graphdef):
        self.graphdef = graphdef

    def __call__(self, params, x, y, *, training=False):
        dtype = jnp.bfloat16 if training else jnp.float32  #@ full-precision-final-loss
        params, x, y = jax.tree.map(lambda a: a.astype(dtype), (params, x, y))
        return jnp.mean((nnx.merge(self.graphdef, params)(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    loss = Loss(gd)
    tx = optax.MultiSteps(optax.sgd(lr), micro_batches)
    st = tx.init(params)
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.grad(loss)(params, a, b, training=True)
        u, st = tx.update(g, st, params)
        params = optax.apply_updates(params, u)
    return loss(params, x, y).astype(jnp.float32).reshape(1)  #@ full-precision-final-loss
