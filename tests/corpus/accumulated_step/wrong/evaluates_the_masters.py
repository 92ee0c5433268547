# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    return jnp.mean(jnp.square(model(x) - y))


def half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def train_loss(model, x, y):
    graphdef, params = nnx.split(model, nnx.Param)
    return mse(nnx.merge(graphdef, half(params)), half(x), half(y))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    total = jax.tree.map(jnp.zeros_like, nnx.state(model))
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, nnx.grad(train_loss)(model, a, b))
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return mse(model, x, y).reshape(1)  #@ full-precision-final-loss
