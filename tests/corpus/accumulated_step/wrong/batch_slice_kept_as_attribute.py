# expect: wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Data:
    def __init__(self, x, y, parts):
        self.x, self.y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
        self.rows = x.shape[0] // parts
        self.here = slice(None)

    def goto(self, i):
        self.here = slice(i * self.rows, (i + 1) * self.rows)
        return self

    def current(self):
        return self.x[self.here], self.y[self.here]


def loss(model, data):
    gd, st = nnx.split(model)
    half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    x, y = data.current()
    return jnp.mean(jnp.square(half(x) - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    data = Data(x, y, micro_batches)
    grads = [nnx.grad(lambda m: loss(m, data.goto(i)))(model) for i in range(micro_batches)]
    opt.update(model, jax.tree.map(lambda *g: sum(g) / micro_batches, *grads))
    return loss(model, data).astype(jnp.float32).reshape(1)  #@ partial-loss-returned
