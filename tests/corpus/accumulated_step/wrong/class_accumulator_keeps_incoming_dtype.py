# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
# allow: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Accumulator:
    def __init__(self, template):
        self.value = jax.tree.map(lambda t: jnp.zeros(t.shape, jnp.float32), template)
        self.n = 0

    def add(self, grads):
        # result in the dtype of what comes in
        self.value = jax.tree.map(lambda v, g: (v + g).astype(g.dtype), self.value, grads)  #@ low-precision-accumulator
        self.n += 1

    def mean(self):
        return jax.tree.map(lambda v: v.astype(jnp.float32) / self.n, self.value)


class Step:
    def __init__(self, model, lr):
        self.model = model
        self.opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    @property
    def half(self):
        g, s = nnx.split(self.model)
        return nnx.merge(g, jax.tree.map(lambda a: a.astype(jnp.bfloat16), s))

    @staticmethod
    def loss(half, x, y):
        return jnp.mean(jnp.square(half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)))

    def run(self, parts):
        acc = Accumulator(nnx.state(self.model, nnx.Param))
        for xb, yb in parts:
            acc.add(nnx.grad(self.loss)(self.half, xb, yb))
        self.opt.update(self.model, acc.mean())


def accumulated_step(seed, x, y, lr, micro_batches):
    s = Step(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), lr)
    s.run(list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))))
    return s.loss(s.half, x, y).astype(jnp.float32).reshape(1)
