# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradAccumTrainer:
    """Looks like the trainer from my old code base, with .backward(), .step() and .zero_grad()."""

    def __init__(self, in_features, out_features, seed, lr):
        self.module = nnx.Linear(in_features, out_features, rngs=nnx.Rngs(seed))
        self.opt = optax.sgd(lr)
        self.opt_state = self.opt.init(self.parameters())
        self.n_backward = 0
        self.zero_grad()

    def parameters(self):
        return nnx.state(self.module, nnx.Param)

    def zero_grad(self):
        self.grad = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), self.parameters())
        self.n_backward = 0

    @staticmethod
    def autocast(tree):
        return jax.tree.map(lambda t: t.astype(jnp.bfloat16), tree)

    def _loss(self, params, x, y):
        gdef = nnx.graphdef(self.module)
        net = nnx.merge(gdef, self.autocast(params))
        return jnp.mean((net(self.autocast(x)) - self.autocast(y)) ** 2)

    def backward(self, x, y):
        g = jax.grad(self._loss)(self.parameters(), x, y)
        self.grad = jax.tree.map(jnp.add, self.grad, g)
        self.n_backward += 1

    def step(self):
        mean = jax.tree.map(lambda g: g / self.n_backward, self.grad)
        upd, self.opt_state = self.opt.update(mean, self.opt_state, self.parameters())
        nnx.update(self.module, optax.apply_updates(self.parameters(), upd))

    def evaluate(self, x, y):
        return self._loss(self.parameters(), x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    t = GradAccumTrainer(x.shape[1], y.shape[1], int(seed), lr)
    t.zero_grad()
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        t.backward(xb, yb)
    t.step()
    return t.evaluate(x, y).astype(jnp.float32)[None]
