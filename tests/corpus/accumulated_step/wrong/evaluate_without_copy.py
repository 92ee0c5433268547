# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class LinearRegression(nnx.Module):
    def __init__(self, d_in, d_out, *, rngs):
        self.linear = nnx.Linear(d_in, d_out, rngs=rngs)

    def __call__(self, x):
        return self.linear(x)

    def half(self):
        graphdef, state = nnx.split(self, nnx.Param)
        return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def train_loss(model, x, y):
    pred = model.half()(x.astype(jnp.bfloat16))
    return jnp.mean(jnp.square(pred - y.astype(jnp.bfloat16)))


def evaluate(model, x, y):
    return jnp.mean(jnp.square(model(x) - y))  #@ full-precision-final-loss


def accumulated_step(seed, x, y, lr, micro_batches):
    model = LinearRegression(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    chunk = x.shape[0] // micro_batches
    grads = None
    for i in range(micro_batches):
        rows = slice(i * chunk, i * chunk + chunk)
        new = nnx.grad(train_loss)(model, x[rows], y[rows])
        grads = new if i == 0 else jax.tree.map(lambda a, b: a + b, grads, new)
    optimizer.update(model, jax.tree.map(lambda g: g / micro_batches, grads))
    return evaluate(model, x, y).astype(jnp.float32).reshape((1,))
