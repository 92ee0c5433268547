# expect: wrong_answer|pitfall
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast(tree, dtype=jnp.bfloat16):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def make_loss(graphdef):
    def loss(params, xb, yb):
        model = nnx.merge(graphdef, cast(params))
        return jnp.mean(jnp.square(model(cast(xb)) - cast(yb)))
    return loss


def sgd_step(params, grads, lr):
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    return optax.apply_updates(params, updates)


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    loss = make_loss(graphdef)
    grads = jax.tree.map(jnp.zeros_like, params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = jax.tree.map(jnp.add, grads, jax.grad(loss)(params, xb, yb))
    grads = jax.tree.map(lambda g: g / micro_batches, grads)

    new_params = sgd_step(params, grads, lr)  #@ update-discarded
    final = loss(params, x, y)  #@ stale-loss
    return cast(final, jnp.float32).reshape(1)
