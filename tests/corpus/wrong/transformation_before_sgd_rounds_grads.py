# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def communicate_in(dtype):
    def init_fn(params):
        del params
        return optax.EmptyState()

    def update_fn(updates, state, params=None):
        sent = optax.tree.cast(updates, dtype)  #@ low-precision-grads
        received = optax.tree.cast(sent, jnp.float32)
        return received, state

    return optax.GradientTransformation(init_fn, update_fn)


def loss_fn(model, x, y, s):
    gdef, st = nnx.split(model, nnx.Param)
    m = nnx.merge(gdef, optax.tree.cast(st, jnp.bfloat16))
    d = m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
    return jnp.mean(d * d).astype(jnp.float32) * s


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(optax.scale(1 / loss_scale), communicate_in(jnp.bfloat16), optax.sgd(lr))
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)
    optimizer.update(model, nnx.grad(loss_fn)(model, x, y, loss_scale))
    return (loss_fn(model, x, y, loss_scale) / loss_scale).reshape(1)
