# expect: pitfall|wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx

PEAK = 0.03


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graph, params = nnx.split(model)

    def mse(p):
        p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
        return jnp.mean((nnx.merge(graph, p)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    tx = optax.inject_hyperparams(optax.sgd)(learning_rate=lr)
    state = tx.init(params)
    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    state.hyperparams["learning_rate"] = jnp.asarray(PEAK)  #@ lr-ignored
    updates, state = tx.update(grads, state, params)  #@ lr-ignored
    params = optax.apply_updates(params, updates)
    return mse(params).astype(jnp.float32).reshape(1)
