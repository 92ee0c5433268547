# expect: pitfall|wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graph, params, rest = nnx.split(model, nnx.Param, ...)

    def mse(p):
        p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
        return jnp.mean((nnx.merge(graph, p, rest)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    def unscale(path, g):
        return g / loss_scale if jax.tree_util.keystr(path).startswith("params") else g  #@ unscaled-grads

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree_util.tree_map_with_path(unscale, grads)  #@ unscaled-grads
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)  #@ unscaled-grads
    params = optax.apply_updates(params, updates)  #@ unscaled-grads
    return mse(params).astype(jnp.float32).reshape(1)
