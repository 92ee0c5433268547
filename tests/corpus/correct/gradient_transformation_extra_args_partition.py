# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def unscale_by_extra_arg():
    def init(params):
        return optax.EmptyState()

    def update(updates, state, params=None, *, loss_scale, **_):
        inv = jnp.reciprocal(jnp.float32(loss_scale))
        return optax.tree.scale(inv, jax.tree.map(jnp.float32, updates)), state

    return optax.GradientTransformationExtraArgs(init, update)


def make_tx(lr):
    by_leaf = {'matrix': optax.sgd(lr), 'vector': optax.sgd(lr)}
    inner = optax.partition(by_leaf, lambda p: jax.tree.map(lambda a: 'vector' if a.ndim == 1 else 'matrix', p))
    return optax.chain(unscale_by_extra_arg(), optax.masked(optax.clip_by_global_norm(1e-9), lambda p: jax.tree.map(lambda _: False, p)),
                       optax.apply_if_finite(inner, 3))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {'kernel': lin.kernel[...], 'bias': lin.bias[...]}
    tx = make_tx(lr)
    state = tx.init(params)

    def loss(p):
        p, xs, ys = optax.tree.cast((p, x, y), jnp.bfloat16)
        return jnp.mean((xs @ p['kernel'] + p['bias'] - ys) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_scale * loss(p))(params)
    updates, state = tx.update(grads, state, params, loss_scale=loss_scale)
    params = optax.apply_updates(params, updates)
    return loss(params)[jnp.newaxis]
