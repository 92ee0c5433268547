# expect: pitfall|wrong_answer
# finding: partial-loss-returned
import jax, jax.numpy as jnp
from flax import nnx


class DataGenerator:
    def __init__(self, x, y, batches):
        self.x, self.y, self.batches = x, y, batches

    def __len__(self):
        return self.batches

    def __getitem__(self, i):
        size = self.x.shape[0] // self.batches
        return self.x[i * size:(i + 1) * size], self.y[i * size:(i + 1) * size]


class Model:
    def __init__(self, dense):
        self.weights = [dense.kernel[...], dense.bias[...]]

    @staticmethod
    def loss(weights, x, y):
        w, b = [v.astype(jnp.bfloat16) for v in weights]
        return jnp.mean((y - (x @ w + b)) ** 2)

    def fit(self, gen, lr):
        total = [jnp.zeros_like(v) for v in self.weights]
        for i in range(len(gen)):
            total = [t + g for t, g in zip(total, jax.grad(self.loss)(self.weights, *gen[i]))]
        self.weights = [w - lr * t / len(gen) for w, t in zip(self.weights, total)]

    def evaluate(self, gen, steps=1):  #@ partial-loss-returned
        batches = [gen[i] for i in range(steps)]
        x = jnp.concatenate([b[0] for b in batches])
        y = jnp.concatenate([b[1] for b in batches])
        return self.loss(self.weights, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    gen = DataGenerator(jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16), micro_batches)
    model = Model(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    model.fit(gen, lr)
    return model.evaluate(gen).astype(jnp.float32)[None]
