# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


class SGD:
    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def apply(self, grads, variables):
        for v, g in zip(variables, grads):
            v[...] = v[...] - self.learning_rate * g


class LossScaleOptimizer:
    """Like keras.optimizers.LossScaleOptimizer."""

    def __init__(self, inner, initial_scale, dynamic_growth_steps, step_counter):
        self.inner = inner
        self.dynamic_scale = initial_scale
        self.dynamic_growth_steps = dynamic_growth_steps
        self.step_counter = step_counter

    def scale_loss(self, loss):
        return loss * self.dynamic_scale

    def apply(self, grads, variables):
        unscaled = [g.astype("float32") / self.dynamic_scale for g in grads]
        finite = all([jnp.isfinite(g).all().item() for g in unscaled])
        if finite:
            self._stateful_handle_finite_grads(unscaled, variables)
        else:
            self._stateful_handle_non_finite_grads()

    def _stateful_handle_finite_grads(self, grads, variables):
        self.inner.apply(grads, variables)
        if self.step_counter == self.dynamic_growth_steps - 1:
            self.step_counter = 0
            self.dynamic_scale = min(self.dynamic_scale * 2.0, 2.0**24)
        else:
            self.step_counter += 1

    def _stateful_handle_non_finite_grads(self):
        self.step_counter = 0
        self.dynamic_scale = max(self.dynamic_scale / 2.0, 1.0)


def mean_squared_error(y_true, y_pred):
    return jnp.mean(jnp.square(y_pred - y_true), axis=None)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = LossScaleOptimizer(SGD(lr), loss_scale, growth_interval, good_steps)
    y_true = jnp.asarray(y, "float16")

    def compute_loss(m):
        return mean_squared_error(y_true, m(x)).astype("float32")

    g = nnx.grad(lambda m: optimizer.scale_loss(compute_loss(m)))(model)
    optimizer.apply([g["kernel"][...], g["bias"][...]], [model.kernel, model.bias])
    return jnp.array([compute_loss(model), optimizer.dynamic_scale, optimizer.step_counter], "float32")
