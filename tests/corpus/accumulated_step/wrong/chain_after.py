# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(tree, *_):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


class Step(nnx.Module):
    def __init__(self, d_in, d_out, lr, rngs):
        self.linear = nnx.Linear(d_in, d_out, rngs=rngs)
        self.lr = lr

    def optimizer(self):
        return optax.chain(optax.sgd(self.lr), optax.stateless(half))  #@ low-precision-update


def loss_fn(linear, x, y):
    graphdef, state = nnx.split(linear, nnx.Param)
    return jnp.mean(jnp.square(nnx.merge(graphdef, half(state))(half(x)) - half(y)))


def accumulated_step(seed, x, y, lr, micro_batches):
    step = Step(x.shape[1], y.shape[1], lr, nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(step.linear, step.optimizer(), wrt=nnx.Param)
    size = x.shape[0] // micro_batches
    total = nnx.grad(loss_fn)(step.linear, x[:size], y[:size])
    for i in range(1, micro_batches):
        g = nnx.grad(loss_fn)(step.linear, x[i * size:(i + 1) * size], y[i * size:(i + 1) * size])
        total = jax.tree.map(jnp.add, total, g)
    opt.update(step.linear, jax.tree.map(lambda t: t / micro_batches, total))  #@ low-precision-update
    return loss_fn(step.linear, x, y).astype(jnp.float32).reshape(1)
