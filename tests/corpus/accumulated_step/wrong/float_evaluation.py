# expect: wrong_answer|pitfall
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def train_loss(model, xb, yb):
    half = compute_copy(model)
    return jnp.mean((half(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)) ** 2)


def eval_loss(model, x, y):
    # no gradients here, so there is no need to save memory
    return jnp.mean((model(x) - y) ** 2)  #@ full-precision-final-loss


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    acc = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = jax.tree.map(jnp.add, acc, nnx.grad(train_loss)(model, xb, yb))
    optimizer.update(model, jax.tree.map(lambda a: a / micro_batches, acc))
    return eval_loss(model, x, y).reshape(1)  #@ full-precision-final-loss
