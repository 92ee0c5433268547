# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def unscale(factor) -> optax.GradientTransformation:
    """optax transformation that takes the loss scale out of the gradients again."""

    def init_fn(params):
        del params
        return optax.EmptyState()

    def update_fn(updates, state, params=None):
        del params
        updates = jax.tree.map(lambda u: u.astype(jnp.float32) / factor, updates)
        return updates, state

    return optax.GradientTransformation(init_fn, update_fn)


def make_optimizer(lr, loss_scale):
    return optax.apply_if_finite(optax.chain(unscale(loss_scale), optax.sgd(lr)), max_consecutive_errors=5)


class LossFn:
    def __init__(self, x, y):
        self.batch = jax.tree.map(lambda a: a.astype(jnp.bfloat16), {"x": x, "y": y})

    def __call__(self, model):
        state = nnx.state(model, nnx.Param)
        copy = nnx.clone(model)
        nnx.update(copy, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
        return jnp.mean((copy(self.batch["x"]) - self.batch["y"]) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, make_optimizer(lr, loss_scale), wrt=nnx.Param)
    loss_fn = LossFn(x, y)
    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    opt.update(model, grads)
    return loss_fn(model).astype(jnp.float32).reshape(1)
