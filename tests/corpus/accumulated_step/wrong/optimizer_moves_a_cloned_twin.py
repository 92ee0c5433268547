# expect: pitfall|wrong_answer
# finding: update-discarded|stale-loss
import jax, jax.numpy as jnp, optax
from flax import nnx


class Experiment:
    def __init__(self, seed, i, o, lr):
        self.model = nnx.Linear(i, o, rngs=nnx.Rngs(int(seed)))
        self.lr = lr

    @staticmethod
    def loss(model, x, y):
        gd, st = nnx.split(model, nnx.Param)
        m = nnx.merge(gd, jax.tree.map(lambda v: v.astype(jnp.bfloat16), st))
        return jnp.mean((m(x) - y) ** 2)

    def train(self, batches):
        gs = [nnx.grad(Experiment.loss)(self.model, *b) for b in batches]
        mean = jax.tree.map(lambda *g: jnp.stack(g).sum(0) / len(g), *gs)
        trainable = nnx.clone(self.model)
        nnx.Optimizer(trainable, optax.sgd(self.lr), wrt=nnx.Param).update(trainable, mean)  #@ update-discarded
        return trainable


def accumulated_step(seed, x, y, lr, micro_batches):
    exp = Experiment(seed, x.shape[1], y.shape[1], lr)
    x, y = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)
    exp.train(list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))))  #@ update-discarded
    return exp.loss(exp.model, x, y).astype(jnp.float32).reshape(1)
