# expect: accepted
import contextlib
import jax
import jax.numpy as tf
import optax
from flax import nnx


class GradientTape(contextlib.AbstractContextManager):
    def __init__(self):
        self._fn = None

    def __exit__(self, *exc):
        return False

    def record(self, fn):
        self._fn = fn
        return fn

    def gradient(self, variables):
        return jax.grad(self._fn)(variables)


class Dense:
    def __init__(self, units, input_dim, seed):
        init = nnx.Linear(input_dim, units, rngs=nnx.Rngs(seed))
        self.trainable_variables = {'w': init.kernel[...], 'b': init.bias[...]}

    def call(self, variables, inputs):
        cast = {n: tf.asarray(v, dtype=inputs.dtype) for n, v in variables.items()}
        return tf.tensordot(inputs, cast['w'], axes=1) + cast['b']


def mean_squared_error(y_true, y_pred):
    return tf.mean(tf.square(y_pred - y_true), axis=None)


class MixedFloat16Experiment:
    max_scale, min_scale = 2 ** 24, 1

    def __init__(self, **hp):
        self.__dict__.update(hp)

    def train_on_batch(self, layer, inputs, y_true):
        with GradientTape() as tape:
            @tape.record
            def scaled(variables):
                loss = mean_squared_error(y_true, layer.call(variables, inputs))
                return tf.float32(loss) * self.loss_scale
        grads = tape.gradient(layer.trainable_variables)
        grads = {n: tf.float32(g) / self.loss_scale for n, g in grads.items()}
        is_finite = all(tf.isfinite(g).all() for g in grads.values())
        if is_finite:
            for n, g in grads.items():
                layer.trainable_variables[n] = layer.trainable_variables[n] - self.lr * g
            self.good_steps += 1
        self.assign_scale(is_finite)

    def assign_scale(self, is_finite):
        if not is_finite:
            self.loss_scale = max(self.loss_scale / 2, self.min_scale)
        elif self.good_steps == self.growth_interval:
            self.loss_scale = min(self.loss_scale * 2, self.max_scale)
        else:
            return
        self.good_steps = 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    e = MixedFloat16Experiment(lr=lr, loss_scale=loss_scale, good_steps=good_steps, growth_interval=growth_interval)
    inputs, y_true = tf.asarray(x, dtype='float16'), tf.asarray(y, dtype='float16')
    layer = Dense(y.shape[1], input_dim=x.shape[1], seed=int(seed))
    e.train_on_batch(layer, inputs, y_true)
    evaluated = mean_squared_error(y_true, layer.call(layer.trainable_variables, inputs))
    return tf.array([evaluated, e.loss_scale, e.good_steps], dtype='float32')
