# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as tf
from flax import nnx


class LossScaleOptimizer:
    def __init__(self, lr, scale, steps, interval):
        self.lr, self.scale, self.steps, self.interval = lr, tf.float32(scale), steps, interval

    def get_scaled_loss(self, loss):
        return self.scale * loss

    def get_unscaled_gradients(self, grads):
        return [tf.asarray(g, 'float32') / self.scale for g in grads]

    def apply_gradients(self, grads, variables):
        finite = tf.all(tf.stack([tf.all(tf.isfinite(g[0])) for g in grads]))  #@ partial-finite-check
        out = [tf.where(finite, v - self.lr * g, v) for g, v in zip(grads, variables)]
        self.steps = tf.where(finite, self.steps + 1, 0)
        grow = self.steps == self.interval
        self.scale = tf.where(finite,
                              tf.where(grow, tf.minimum(self.scale * 2, 2.0**24), self.scale),
                              tf.maximum(self.scale / 2, 1.0))
        self.steps = tf.where(grow, 0, self.steps)
        return out


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    dense = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    variables = [dense.kernel[...], dense.bias[...]]
    inputs, labels = tf.asarray(x, 'float16'), tf.asarray(y, 'float16')
    opt = LossScaleOptimizer(lr, loss_scale, good_steps, growth_interval)

    def compiled_loss(vs):
        w, b = (tf.asarray(v, 'float16') for v in vs)
        return tf.mean(tf.square(inputs @ w + b - labels)).astype('float32')

    grads = jax.grad(lambda vs: opt.get_scaled_loss(compiled_loss(vs)))(variables)
    variables = opt.apply_gradients(opt.get_unscaled_gradients(grads), variables)
    return tf.stack([compiled_loss(variables), opt.scale, opt.steps.astype('float32')])
