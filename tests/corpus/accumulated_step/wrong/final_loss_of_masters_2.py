# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
"""Wrong: the returned loss is computed with the float32 model instead of its bfloat16 copy."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    return jnp.mean(jnp.square(model(x) - y))


def low_loss(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    state, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (state, x, y))
    return mse(nnx.merge(graphdef, state), x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, nnx.grad(low_loss)(model, xb, yb))
    opt.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return mse(model, x, y).reshape(1)  #@ full-precision-final-loss
