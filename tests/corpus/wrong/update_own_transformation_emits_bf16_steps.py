# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def descend(rate) -> optax.GradientTransformation:
    def init_fn(params):
        del params
        return optax.EmptyState()

    def update_fn(updates, state, params=None):
        del params
        return jax.tree.map(lambda g: (-rate * g).astype(jnp.bfloat16), updates), state  #@ low-precision-update

    return optax.GradientTransformation(init_fn, update_fn)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(optax.stateless_with_tree_map(lambda g, p: g / loss_scale), descend(lr))
    opt = nnx.Optimizer(net, tx, wrt=nnx.Param)
    t = y.astype(jnp.bfloat16)
    mse = lambda m: jnp.mean(jnp.square(m(x) - t)).astype(jnp.float32)
    opt.update(net, nnx.grad(lambda m: mse(m) * loss_scale)(net))
    return mse(net).reshape((1,))
