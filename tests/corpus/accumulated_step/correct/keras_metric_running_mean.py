# expect: accepted
import jax, jax.numpy as jnp, optax
from flax import nnx


class MeanTensor:
    def __init__(self):
        self.reset_state()

    def reset_state(self):
        self.count, self.mean = 0, None

    def update_state(self, value):
        self.count += 1
        if self.mean is None:
            self.mean = value
        else:
            self.mean = self.mean + (value - self.mean) / self.count

    def result(self):
        return self.mean


class MyModel(nnx.Module):
    def __init__(self, nin, nout, *, rngs):
        self.dense = nnx.Linear(nin, nout, rngs=rngs)

    def call(self, inputs):
        d = self.dense
        return jnp.dot(inputs, d.kernel[...].astype(jnp.bfloat16)) + d.bias[...].astype(jnp.bfloat16)

    def compute_loss(self, inputs, targets):
        return jnp.mean(jnp.square(self.call(inputs) - targets))

    def train_step(self, metrics, data):
        grads = nnx.grad(lambda me: me.compute_loss(*data))(self)
        leaves, self_def = jax.tree.flatten(grads)
        for metric, leaf in zip(metrics, leaves):
            metric.update_state(leaf)
        return self_def


def accumulated_step(seed, x, y, lr, micro_batches):
    x = jnp.asarray(x).astype(jnp.bfloat16)
    y = jnp.asarray(y).astype(jnp.bfloat16)
    model = MyModel(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    metrics = [MeanTensor(), MeanTensor()]
    b = x.shape[0] // micro_batches
    for i in range(micro_batches):
        treedef = model.train_step(metrics, (x[b * i:b * i + b], y[b * i:b * i + b]))
    optimizer = nnx.Optimizer(model, optax.sgd(learning_rate=lr), wrt=nnx.Param)
    optimizer.update(model, jax.tree.unflatten(treedef, [m.result() for m in metrics]))
    logs = {"loss": model.compute_loss(x, y)}
    return jnp.array([logs["loss"]], dtype=jnp.float32)
