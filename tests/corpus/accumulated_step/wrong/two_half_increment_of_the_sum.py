# expect: wrong_answer
# finding: low-precision-update
# finding: summed-grads
# allow: low-precision-grads
# allow: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half_sgd(lr):
    def update(grads, state, params=None):
        step = jax.tree.map(lambda g: -(jnp.bfloat16(lr) * g.astype(jnp.bfloat16)), grads)  #@ low-precision-update
        return step, state
    return optax.GradientTransformation(lambda params: optax.EmptyState(), update)


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, st = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed))))

    def loss(st, x, y):
        return jnp.mean(jnp.square(nnx.merge(gd, st)(x) - y.astype(jnp.bfloat16)))

    grads = jax.tree.map(jnp.zeros_like, st)
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = jax.tree.map(jnp.add, grads, jax.grad(loss)(st, xs, ys))
    tx = half_sgd(lr)
    updates, _ = tx.update(grads, tx.init(st))  #@ summed-grads
    st = optax.apply_updates(st, updates)  #@ summed-grads
    return loss(st, x, y).astype(jnp.float32).reshape(1)
