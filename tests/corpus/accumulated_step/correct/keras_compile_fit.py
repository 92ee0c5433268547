# expect: accepted
import math
import jax
import jax.numpy as jnp
import optax
from flax import nnx

POLICIES = {
    "float32": dict(variable=jnp.float32, compute=jnp.float32),
    "mixed_float16": dict(variable=jnp.float32, compute=jnp.float16),
    "mixed_bfloat16": dict(variable=jnp.float32, compute=jnp.bfloat16),
}


class DenseModel(nnx.Module):
    def __init__(self, units_in, units, seed):
        self.dense = nnx.Linear(units_in, units, rngs=nnx.Rngs(seed))

    def __call__(self, inputs):
        return self.dense(inputs)


class KerasLike:
    def __init__(self, model):
        self._model = model

    def compile(self, optimizer, loss, policy, gradient_accumulation_steps):
        self.loss = loss
        self.policy = POLICIES[policy]
        self.steps = gradient_accumulation_steps
        self.optimizer = nnx.Optimizer(self._model, optimizer, wrt=nnx.Param)

    def compute_loss(self, model, batch):
        compute = self.policy["compute"]
        gd, state = nnx.split(model)
        casted = nnx.merge(gd, jax.tree.map(lambda v: v.astype(compute), state))
        xs, ys = (a.astype(compute) for a in batch)
        return self.loss(ys, casted(xs))

    def fit(self, x, y):
        size = len(x) // self.steps
        total = None
        for start in range(0, len(x), size):
            batch = (x[start:start + size], y[start:start + size])
            g = nnx.grad(self.compute_loss)(self._model, batch)
            if total is None:
                total = g
            else:
                total = jax.tree.map(jnp.add, total, g)
        # 1/steps as two factors of float32: history of a bug hunt
        root = 1.0 / math.sqrt(self.steps)
        mean = jax.tree.map(lambda t: (t * jnp.float32(root)) * jnp.float32(root), total)
        self.optimizer.update(self._model, mean)
        return self

    def evaluate(self, x, y):
        return self.compute_loss(self._model, (x, y))


def mean_squared_error(y_true, y_pred):
    return jnp.mean(jnp.square(y_pred - y_true))


def accumulated_step(seed, x, y, lr, micro_batches):
    k = KerasLike(DenseModel(x.shape[1], y.shape[1], int(seed)))
    k.compile(optax.sgd(lr), mean_squared_error, "mixed_bfloat16", gradient_accumulation_steps=micro_batches)
    result = k.fit(x, y).evaluate(x, y)
    return jnp.array([result], dtype=jnp.float32)
