# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Tensorish:
    """The two casts that I am used to from torch."""

    @staticmethod
    def half(tree):
        return jax.tree.map(lambda t: t.astype("half"), tree)  #@ wrong-half-dtype

    @staticmethod
    def float(tree):
        return jax.tree.map(lambda t: t.astype("float32"), tree)


def criterion(out, target):
    return ((out - target) ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = Tensorish.half((jnp.asarray(x), jnp.asarray(y)))
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def closure(params, xb, yb):
        net = nnx.merge(graphdef, Tensorish.half(params))
        return criterion(net(xb), yb)

    grads = None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = Tensorish.float(jax.grad(closure)(params, xb, yb))
        g = jax.tree.map(lambda t: t / micro_batches, g)
        grads = g if grads is None else jax.tree.map(jnp.add, grads, g)

    optimizer.update(model, grads)
    final = closure(nnx.state(model, nnx.Param), x, y)
    return Tensorish.float(final).reshape(1)
