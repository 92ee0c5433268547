# expect: pitfall|wrong_answer
# finding: update-discarded|stale-loss
# finding: wrong-output-shape
# allow: lr-ignored
"""Wrong: the optimizer moves a clone that is thrown away; and the result has two axes."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Trainer:
    def __init__(self, model, tx):
        self._model = model
        self.tx = tx

    @property
    def model(self):
        return nnx.clone(self._model)  #@ update-discarded

    def loss(self, model, x, y):
        graphdef, state = nnx.split(model)
        state, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (state, x, y))
        return jnp.mean(jnp.square(nnx.merge(graphdef, state)(x) - y), keepdims=True)  #@ wrong-output-shape

    def gradient(self, x, y):
        return nnx.grad(lambda m: self.loss(m, x, y)[0, 0])(self.model)

    def apply(self, grads):
        model = self.model
        nnx.Optimizer(model, self.tx, wrt=nnx.Param).update(model, grads)  #@ update-discarded


def accumulated_step(seed, x, y, lr, micro_batches):
    trainer = Trainer(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), optax.sgd(lr))
    total = None
    for part in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = trainer.gradient(*part)
        total = grads if total is None else jax.tree.map(jnp.add, total, grads)
    trainer.apply(jax.tree.map(lambda t: t / micro_batches, total))
    final = trainer.loss(trainer.model, x, y)  #@ stale-loss, update-discarded
    return final.astype(jnp.float32)  #@ wrong-output-shape
