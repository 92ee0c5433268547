# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx


class Learner:
    def __init__(self, d_in, d_out, seed):
        lin = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
        self.params = {"w": lin.kernel[...], "b": lin.bias[...]}
        self.dtype = jnp.bfloat16

    def eval(self):
        self.dtype = jnp.float32  #@ full-precision-final-loss
        return self

    def loss(self, params, x, y):
        params, x, y = jax.tree.map(lambda a: a.astype(self.dtype), (params, x, y))
        return jnp.mean(jnp.square(x @ params["w"] + params["b"] - y))

    def accumulate(self, parts):
        total = jax.tree.map(jnp.zeros_like, self.params)
        for x, y in parts:
            total = jax.tree.map(jnp.add, total, jax.grad(self.loss)(self.params, x, y))
        return jax.tree.map(lambda t: t / len(parts), total)

    def step(self, grads, lr):
        self.params = jax.tree.map(lambda p, g: p - lr * g, self.params, grads)


def accumulated_step(seed, x, y, lr, micro_batches):
    learner = Learner(x.shape[1], y.shape[1], seed)
    learner.step(learner.accumulate(list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))), lr)
    learner.eval()
    return learner.loss(learner.params, x, y).astype(jnp.float32).reshape(1)
