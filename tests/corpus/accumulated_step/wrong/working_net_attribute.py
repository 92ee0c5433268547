# expect: pitfall|wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class MixedModel:
    """float32 masters, and the bfloat16 network that is made of them."""

    def __init__(self, d_in, d_out, seed):
        self.masters = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))
        self._net = None

    @property
    def net(self):
        if self._net is None:  #@ stale-loss
            self._net = self._cast(nnx.state(self.masters, nnx.Param))
        return self._net  #@ stale-loss

    def _cast(self, state):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
        return nnx.merge(nnx.graphdef(self.masters), half)

    def predict(self, x):
        return self.net(x.astype(jnp.bfloat16))


def squared_error(net, x, y):
    return jnp.mean((net(x) - y) ** 2)


class GradientAccumulation:
    def __init__(self, model, lr):
        self.model = model
        self.opt = nnx.Optimizer(model.masters, optax.sgd(lr), wrt=nnx.Param)
        self.total, self.n = None, 0

    def feed(self, x, y):
        # the sum is float32, so each bfloat16 gradient is cast before it is added
        grads = nnx.grad(squared_error)(self.model.net, x, y)
        grads = jax.tree.map(lambda g: g.astype(jnp.float32), grads)
        self.total = grads if self.n == 0 else jax.tree.map(jnp.add, self.total, grads)
        self.n += 1

    def apply(self):
        self.opt.update(self.model.masters, jax.tree.map(lambda t: t / self.n, self.total))


def accumulated_step(seed, x, y, lr, micro_batches):
    x = jnp.asarray(x).astype(jnp.bfloat16)
    y = jnp.asarray(y).astype(jnp.bfloat16)
    model = MixedModel(x.shape[1], y.shape[1], int(seed))
    accumulation = GradientAccumulation(model, lr)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        accumulation.feed(xb, yb)
    accumulation.apply()
    return jnp.mean((model.predict(x) - y) ** 2).astype(jnp.float32).reshape(1)  #@ stale-loss
