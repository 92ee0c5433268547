# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Trainer:
    """Feels like torch: zero_grad(), backward(), step()."""

    def __init__(self, model, lr):
        self.model = model
        self.optim = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
        self.zero_grad()

    def zero_grad(self):
        self.grad = jax.tree.map(jnp.zeros_like, nnx.state(self.model, nnx.Param))

    @staticmethod
    def autocast(model):
        graphdef, state = nnx.split(model, nnx.Param)
        return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))

    @staticmethod
    def criterion(model, x, y):
        net = Trainer.autocast(model)
        out = net(x.astype(jnp.bfloat16))
        return jnp.mean(jnp.square(out - y.astype(jnp.bfloat16)))

    def backward(self, x, y):
        g = nnx.grad(Trainer.criterion)(self.model, x, y)
        # .float() to be on the safe side
        g = jax.tree.map(lambda t: t.astype(jnp.float32), g)
        self.grad = jax.tree.map(lambda a, b: a + b, self.grad, g)

    def step(self, n):
        self.optim.update(self.model, jax.tree.map(lambda g: g / n, self.grad))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    trainer = Trainer(model, lr)
    trainer.zero_grad()
    for xb, yb in zip(jnp.split(jnp.asarray(x), micro_batches), jnp.split(jnp.asarray(y), micro_batches)):
        trainer.backward(xb, yb)
    trainer.step(micro_batches)
    loss = Trainer.criterion(trainer.model, x, y)
    return loss.astype(jnp.float32).reshape(1)
