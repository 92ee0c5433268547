# expect: accepted
import jax, jax.numpy as jnp
from flax import nnx


class Dense(nnx.Module):
    """keras.layers.Dense(dtype='mixed_float16')."""

    def __init__(self, n_in, units, rngs):
        self.inner = nnx.Linear(n_in, units, rngs=rngs)
        self.compute_dtype = jnp.float16

    def __call__(self, inputs):
        c = self.compute_dtype
        return jnp.dot(inputs.astype(c), self.inner.kernel[...].astype(c)) + self.inner.bias[...].astype(c)


class SGD:
    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def apply_gradients(self, grads_and_vars):
        for g, v in grads_and_vars:
            v[...] = v[...] - self.learning_rate * g


class LossScaleOptimizer:
    MAX, MIN = float(1 << 24), 1.0

    def __init__(self, inner, initial_scale, dynamic_growth_steps, counter):
        self.inner, self.dynamic_scale = inner, initial_scale
        self.growth, self.counter = dynamic_growth_steps, counter

    def get_scaled_loss(self, loss):
        return jnp.float32(loss) * self.dynamic_scale

    def get_unscaled_gradients(self, grads):
        return [jnp.float32(g) / self.dynamic_scale for g in grads]

    def apply_gradients(self, pairs):
        pairs = list(pairs)
        if all(jnp.isfinite(g).all().item() for g, _ in pairs):
            self.inner.apply_gradients(pairs)
            self.counter += 1
            if self.counter >= self.growth:
                self.counter = 0
                self.dynamic_scale = min(self.dynamic_scale * 2, self.MAX)
        else:
            self.counter = 0
            self.dynamic_scale = max(self.dynamic_scale / 2, self.MIN)


class Model:
    def __init__(self, layer):
        self.layer = layer

    def compile(self, optimizer, loss):
        self.optimizer, self.loss = optimizer, loss

    def train_on_batch(self, x, y):
        names = ["kernel", "bias"]
        gd, state = nnx.split(self.layer)

        def tape(s):
            return self.optimizer.get_scaled_loss(self.loss(y, nnx.merge(gd, s)(x)))

        grad = jax.grad(tape)(state)
        grads = [grad["inner"][n][...] for n in names]
        print("|g| (half, for the log only):", [float(jnp.linalg.norm(g.astype(jnp.float16).ravel())) for g in grads])
        grads = self.optimizer.get_unscaled_gradients(grads)
        self.optimizer.apply_gradients(zip(grads, [getattr(self.layer.inner, n) for n in names]))

    def test_on_batch(self, x, y):
        return self.loss(y, self.layer(x))


def mean_squared_error(y_true, y_pred):
    return jnp.mean(jnp.square(y_pred - y_true.astype(y_pred.dtype)))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x), jnp.asarray(y)
    model = Model(Dense(x.shape[1], y.shape[1], nnx.Rngs(int(seed))))
    model.compile(LossScaleOptimizer(SGD(lr), loss_scale, growth_interval, good_steps), mean_squared_error)
    model.train_on_batch(x, y)
    logs = model.test_on_batch(x, y)
    return jnp.stack([jnp.asarray(v, jnp.float32) for v in (logs, model.optimizer.dynamic_scale, model.optimizer.counter)])
