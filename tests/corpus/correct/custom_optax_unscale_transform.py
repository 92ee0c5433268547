# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def unscale(factor) -> optax.GradientTransformation:
    def init(params):
        del params
        return optax.EmptyState()

    def update(updates, state, params=None):
        del params
        return jax.tree.map(lambda u: u.astype(jnp.float32) / factor, updates), state

    return optax.GradientTransformation(init, update)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    master = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(
        master,
        optax.chain(unscale(loss_scale), optax.identity(), optax.scale_by_learning_rate(lr)),
        wrt=nnx.Param,
    )
    x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (x, y))

    def compute_copy():
        copy = nnx.clone(master)
        nnx.update(copy, jax.tree.map(lambda p: p.astype(jnp.bfloat16), nnx.state(master)))
        return copy

    def loss_fn(model):
        return jnp.mean(optax.losses.squared_error(model(x), y))

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(compute_copy())
    optimizer.update(master, grads)
    return loss_fn(compute_copy()).astype(jnp.float32).reshape((1,))
