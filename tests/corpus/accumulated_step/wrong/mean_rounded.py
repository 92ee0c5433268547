# expect: pitfall|wrong_answer
# finding: low-precision-grads|low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    gd, st = nnx.split(model)
    m = nnx.merge(gd, jax.tree.map(lambda t: t.astype(jnp.bfloat16), st))
    return jnp.mean((m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


@nnx.jit(static_argnames="n")
def train(model, opt, x, y, n):
    acc = None
    for xb, yb in zip(jnp.split(x, n), jnp.split(y, n)):
        g = nnx.grad(loss_fn)(model, xb, yb)
        acc = g if acc is None else jax.tree.map(jnp.add, acc, g)
    mean = jax.tree.map(lambda a: (a / n).astype(jnp.bfloat16), acc)  #@ low-precision-grads, low-precision-accumulator
    opt.update(model, jax.tree.map(lambda a: a.astype(jnp.float32), mean))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    train(model, opt, x, y, n=micro_batches)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
