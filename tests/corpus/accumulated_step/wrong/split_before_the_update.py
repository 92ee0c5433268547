# expect: wrong_answer
# finding: stale-loss
# allow: update-discarded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    graphdef, params = nnx.split(nnx.clone(model), nnx.Param)

    def loss(params, x, y):
        params, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (params, x, y))
        return jnp.mean(jnp.square(nnx.merge(graphdef, params)(x) - y))

    cut = lambda t: t.reshape(micro_batches, -1, t.shape[1])
    g = jax.vmap(jax.grad(loss), (None, 0, 0))(params, cut(x), cut(y))
    optimizer.update(model, jax.tree.map(lambda v: v.mean(0), g))
    return loss(params, x, y).astype(jnp.float32).reshape(1)  #@ stale-loss
