# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(tree):
    return jax.tree.map(lambda leaf: leaf.astype(jnp.bfloat16), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graph, params = nnx.split(model, nnx.Param)
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=1)

    def mse(p):
        return jnp.mean((nnx.merge(graph, half(p))(half(x)) - half(y)) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, state = tx.update(grads, tx.init(params), params)
    assert tx.has_updated(state) is not None
    params = optax.apply_updates(params, updates)
    return mse(params).astype(jnp.float32).reshape(1)
