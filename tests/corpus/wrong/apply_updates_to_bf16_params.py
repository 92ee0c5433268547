# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    graphdef, params32 = nnx.split(model)
    params16 = optax.tree.cast(params32, jnp.bfloat16)
    tx = optax.sgd(lr)
    state = tx.init(params32)
    x16, y16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def mse(params):
        return jnp.mean((nnx.merge(graphdef, params)(x16) - y16) ** 2)

    def scaled(params):
        return mse(params).astype(jnp.float32) * loss_scale

    grads = optax.tree.cast(jax.grad(scaled)(params16), jnp.float32)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, state = tx.update(grads, state, params32)
    params16 = optax.apply_updates(params16, updates)  #@ master-downcast
    return mse(params16).astype(jnp.float32).reshape((1,))
