# expect: wrong_answer
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Runner:
    def __init__(self, layer, lr, parts):
        self.params = {"k": layer.kernel[...], "b": layer.bias[...]}
        self.tx = optax.chain(optax.scale(1 / parts), optax.sgd(lr))
        self.state = self.tx.init(self.params)

    def loss(self, params, x, y):
        c = lambda a: a.astype(jnp.bfloat16)
        return jnp.mean((c(x) @ c(params["k"]) + c(params["b"]) - c(y)) ** 2)

    def apply(self, grads):
        updates, self.state = self.tx.update(grads, self.state, self.params)
        self.params = optax.apply_updates(self.params, updates)  #@ update-per-micro-batch

    def process(self, x, y):
        grads = jax.grad(self.loss)(self.params, x, y)
        self.apply(grads)  #@ update-per-micro-batch


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    runner = Runner(layer, lr, micro_batches)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        runner.process(xb, yb)  #@ update-per-micro-batch
    return runner.loss(runner.params, x, y).astype(jnp.float32).reshape(1)
