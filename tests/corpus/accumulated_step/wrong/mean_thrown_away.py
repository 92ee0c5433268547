# expect: pitfall|wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
from flax import nnx


class Accumulator:
    def __init__(self):
        self.total = None

    def add(self, grads):
        if self.total is None:
            self.total = grads
        else:
            self.total = jax.tree.map(lambda s, g: s + g, self.total, grads)

    def average(self, n):
        jax.tree.map(lambda s: s / n, self.total)  #@ summed-grads


def bf16(tree):
    return jax.tree.map(lambda p: p.astype(jnp.bfloat16), tree)


def loss(params, x, y):
    p = bf16(params)
    pred = x @ p["kernel"] + p["bias"]
    return jnp.mean((pred - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    x, y = bf16((jnp.asarray(x), jnp.asarray(y)))

    acc = Accumulator()
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc.add(jax.grad(loss)(params, xb, yb))
    acc.average(micro_batches)

    params = jax.tree.map(lambda p, g: p - lr * g, params, acc.total)  #@ summed-grads
    return loss(params, x, y).astype(jnp.float32).reshape(1)
