# expect: pitfall|wrong_answer
# finding: partial-loss-returned
# Keras habits: fit() and evaluate() on a dataset of batches, and a History.
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Dataset:
    def __init__(self, x, y):
        self.x = jnp.asarray(x).astype(jnp.bfloat16)
        self.y = jnp.asarray(y).astype(jnp.bfloat16)
        self.parts = 1

    def batch(self, parts):
        self.parts = parts
        return self

    def __iter__(self):
        return iter(zip(jnp.split(self.x, self.parts), jnp.split(self.y, self.parts)))


class History:
    def __init__(self):
        self.logs = []

    def on_batch_end(self, value):
        self.logs.append(value)

    def latest(self):
        return self.logs[-1]  #@ partial-loss-returned


class Model:
    def __init__(self, d_in, d_out, seed):
        self.layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))

    def compile(self, optimizer):
        self.optimizer = nnx.Optimizer(self.layer, optimizer, wrt=nnx.Param)
        graphdef = nnx.graphdef(self.layer)

        @jax.jit
        def loss(state, x, y):
            half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
            return jnp.mean(jnp.square(nnx.merge(graphdef, half)(x) - y))

        self.loss = loss

    def fit(self, dataset):
        state = nnx.state(self.layer, nnx.Param)
        sums = jax.tree.map(jnp.zeros_like, state)
        count = 0
        for x, y in dataset:
            sums = jax.tree.map(jnp.add, sums, jax.grad(self.loss)(state, x, y))
            count += 1
        self.optimizer.update(self.layer, jax.tree.map(lambda s: s / count, sums))

    def evaluate(self, dataset):
        history = History()
        state = nnx.state(self.layer, nnx.Param)
        for x, y in dataset:  #@ partial-loss-returned
            history.on_batch_end(self.loss(state, x, y))  #@ partial-loss-returned
        return history.latest()  #@ partial-loss-returned


def accumulated_step(seed, x, y, lr, micro_batches):
    data = Dataset(x, y).batch(micro_batches)
    model = Model(x.shape[1], y.shape[1], int(seed))
    model.compile(optax.sgd(lr))
    model.fit(data)
    return model.evaluate(data).astype(jnp.float32).reshape(1)
