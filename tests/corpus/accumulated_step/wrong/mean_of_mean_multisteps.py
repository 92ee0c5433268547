# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def scale_grads(grads, factor):
    return jax.tree.map(lambda g: g * factor, grads)


class AccumTrainer:
    def __init__(self, model, lr, k):
        self.k = k
        self.model = model
        self.opt = nnx.Optimizer(model, optax.MultiSteps(optax.sgd(lr), every_k_schedule=k), wrt=nnx.Param)

    @staticmethod
    def loss(model, x, y):
        graphdef, state = nnx.split(model, nnx.Param)
        copy = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
        return jnp.mean((copy(x) - y) ** 2)

    def feed(self, x, y):
        grads = nnx.grad(self.loss)(self.model, x, y)
        self.opt.update(self.model, scale_grads(grads, 1.0 / self.k))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    trainer = AccumTrainer(model, lr, int(micro_batches))
    x, y = jnp.asarray(x, dtype=jnp.bfloat16), jnp.asarray(y, dtype=jnp.bfloat16)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        trainer.feed(xb, yb)
    return trainer.loss(model, x, y).astype(jnp.float32).reshape(1)
