# expect: pitfall|wrong_answer
# finding: low-precision-unscale
# allow: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx

COMPUTE = jnp.bfloat16


def undo_scale(loss_scale):
    inv = jnp.asarray(1.0 / loss_scale, COMPUTE)

    def update(updates, state, params=None):
        small = jax.tree.map(lambda u: u.astype(COMPUTE) * inv, updates)  #@ low-precision-unscale
        return jax.tree.map(lambda u: u.astype(jnp.float32), small), state

    return optax.GradientTransformation(lambda params: optax.EmptyState(), update)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.chain(undo_scale(loss_scale), optax.sgd(lr)), wrt=nnx.Param)

    def loss(m):
        gd, s = nnx.split(m, nnx.Param)
        h = nnx.merge(gd, jax.tree.map(lambda p: p.astype(COMPUTE), s))
        return jnp.mean((h(x.astype(COMPUTE)) - y.astype(COMPUTE)) ** 2)

    opt.update(model, nnx.grad(lambda m: loss(m).astype(jnp.float32) * loss_scale)(model))
    return loss(model).astype(jnp.float32).reshape(1)
