# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
"""Wrong: the float32 mean makes a round trip through bfloat16 before SGD gets it."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(a):
    return a.astype(jnp.bfloat16)


def full(a):
    return a.astype(jnp.float32)


class Step:
    def __init__(self, seed, d_in, d_out, lr):
        self.graphdef, self.params = nnx.split(nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed)), nnx.Param)
        self.tx = optax.sgd(lr)
        self.state = self.tx.init(self.params)

    def loss(self, params, x, y):
        net = nnx.merge(self.graphdef, jax.tree.map(half, params))
        return jnp.mean(jnp.square(net(half(x)) - half(y)))

    def gradient(self, parts):
        total, n = jax.tree.map(jnp.zeros_like, self.params), 0
        for x, y in parts:
            total = jax.tree.map(jnp.add, total, jax.grad(self.loss)(self.params, x, y))
            n += 1
        return jax.tree.map(lambda t: half(t / n), total)  #@ low-precision-grads, low-precision-accumulator

    def run(self, parts):
        grads = jax.tree.map(full, self.gradient(parts))
        updates, self.state = self.tx.update(grads, self.state, self.params)
        self.params = optax.apply_updates(self.params, updates)


def accumulated_step(seed, x, y, lr, micro_batches):
    step = Step(int(seed), x.shape[1], y.shape[1], lr)
    step.run(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    return full(step.loss(step.params, x, y)).reshape(1)
