# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to_output(value, dtype=None):
    return jnp.asarray(value, dtype=dtype).reshape(-1)


class State(nnx.Module):
    def __init__(self, din, dout, seed, tx):
        self.model = nnx.Linear(din, dout, dtype=jnp.bfloat16, rngs=nnx.Rngs(seed))
        self.opt = nnx.Optimizer(self.model, tx, wrt=nnx.Param)


def criterion(model, a, b):
    return optax.squared_error(model(a), b.astype(jnp.bfloat16)).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    state = State(x.shape[1], y.shape[1], int(seed), optax.sgd(lr))
    acc = None
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.tree.map(lambda t: t / micro_batches, nnx.grad(criterion)(state.model, a, b))
        acc = g if acc is None else jax.tree.map(jnp.add, acc, g)
    state.opt.update(state.model, acc)
    return to_output(criterion(state.model, x, y))  #@ wrong-output-dtype
