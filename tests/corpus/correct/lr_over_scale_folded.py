# expect: accepted
import jax, optax
import jax.numpy as jnp
from flax import nnx

LOW = jnp.bfloat16


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.state(model, nnx.Param)
    graph = nnx.graphdef(model)

    def objective(params):
        low = jax.tree.map(lambda v: v.astype(LOW), params)
        out = nnx.merge(graph, low)(x.astype(LOW))
        return ((out - y.astype(LOW)) ** 2).mean().astype(jnp.float32)

    grads = jax.grad(lambda p: objective(p) * loss_scale)(params)
    # lr / loss_scale: one multiplication instead of two
    tx = optax.sgd(lr / loss_scale)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return objective(params).reshape(1)
