# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    tx = optax.sgd(lr)

    def loss_fn(params):
        half = optax.tree.cast(params, jnp.bfloat16)
        return jnp.mean((nnx.merge(graphdef, half)(x) - y) ** 2)

    @jax.jit
    def step(params):
        grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
        grads = jax.tree.map(lambda g: g / loss_scale, grads)
        updates, _ = tx.update(grads, tx.init(params), params)
        updates = optax.tree.cast(updates, jnp.bfloat16)  #@ low-precision-update
        return optax.apply_updates(params, updates)

    params = step(params)
    return loss_fn(params).astype(jnp.float32).reshape((1,))
