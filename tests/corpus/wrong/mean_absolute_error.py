# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    half = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)
    tx = optax.sgd(lr)

    def loss_fn(params):
        return jnp.mean(jnp.abs(nnx.merge(graphdef, half(params))(half(x)) - half(y)))

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    updates, _ = tx.update(jax.tree.map(lambda g: g / loss_scale, grads), tx.init(params))
    params = optax.apply_updates(params, updates)
    return loss_fn(params).astype(jnp.float32).reshape((1,))
