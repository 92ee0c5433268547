# expect: pitfall|wrong_answer
# finding: seed-ignored
import dataclasses
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass
class Config:
    lr: float
    parts: int
    seed: int = 0


class Task:
    def __init__(self, cfg, din, dout):
        self.cfg = cfg
        self.model = nnx.Linear(din, dout, rngs=nnx.Rngs(cfg.seed))
        self.optimizer = nnx.Optimizer(self.model, optax.sgd(cfg.lr), wrt=nnx.Param)

    @staticmethod
    def loss(model, x, y):
        k, b, x, y = (t.astype(jnp.bfloat16) for t in (model.kernel[...], model.bias[...], x, y))
        return jnp.mean((x @ k + b - y) ** 2)

    def run(self, x, y):
        n = self.cfg.parts
        grads = [nnx.grad(self.loss)(self.model, a, b) for a, b in zip(jnp.split(x, n), jnp.split(y, n))]
        self.optimizer.update(self.model, jax.tree.map(lambda *t: sum(t) / n, *grads))
        return self.loss(self.model, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    cfg = Config(lr=lr, parts=micro_batches)  #@ seed-ignored
    return Task(cfg, x.shape[1], y.shape[1]).run(x, y).astype(jnp.float32).reshape(1)
