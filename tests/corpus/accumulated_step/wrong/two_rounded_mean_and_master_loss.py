# expect: pitfall|wrong_answer
# finding: low-precision-grads|low-precision-accumulator
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


def low(tree, dtype=jnp.bfloat16):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def train(model, x, y):
        gd, st = nnx.split(model)
        return mse(nnx.merge(gd, low(st)), low(x), low(y))

    acc = jax.tree.map(jnp.zeros_like, nnx.state(model))
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = jax.tree.map(jnp.add, acc, nnx.grad(train)(model, a, b))
    mean = low(jax.tree.map(lambda t: t / micro_batches, acc))  #@ low-precision-grads, low-precision-accumulator
    opt.update(model, low(mean, jnp.float32))
    return mse(model, low(x), low(y)).astype(jnp.float32).reshape(1)  #@ full-precision-final-loss
