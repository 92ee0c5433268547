# expect: pitfall|wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}

    def loss(params, x, y):
        params, x, y = optax.tree.cast((params, x, y), jnp.bfloat16)
        return jnp.mean(jnp.square(x @ params["w"] + params["b"] - y))

    tx = optax.inject_hyperparams(optax.sgd)(learning_rate=lr)
    state = tx.init(params)
    state.hyperparams["learning_rate"] = jnp.float32(0.1)  #@ lr-ignored
    total = optax.tree.zeros_like(params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = optax.tree.add(total, jax.grad(loss)(params, xb, yb))
    updates, state = tx.update(optax.tree.scale(1 / micro_batches, total), state, params)
    return loss(optax.apply_updates(params, updates), x, y).astype(jnp.float32)[None]
