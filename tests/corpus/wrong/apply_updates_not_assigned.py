# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)
    tx = optax.sgd(lr)
    opt_state = tx.init(params)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss_fn(params):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        pred = nnx.merge(graphdef, half)(x)
        return jnp.mean((pred - y) ** 2)

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, opt_state = tx.update(grads, opt_state, params)
    optax.apply_updates(params, updates)  #@ update-discarded
    loss = loss_fn(params)  #@ stale-loss
    return loss.astype(jnp.float32).reshape((1,))  #@ stale-loss
