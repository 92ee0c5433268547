# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class LossScaleOptimizer:
    """Like tf.keras.mixed_precision.LossScaleOptimizer, as far as needed."""

    def __init__(self, inner, initial_scale, dynamic_counter, dynamic_growth_steps):
        self.inner = inner
        self.loss_scale = float(initial_scale)
        self.dynamic_counter = dynamic_counter
        self.dynamic_growth_steps = dynamic_growth_steps

    def get_scaled_loss(self, loss):
        return jnp.multiply(loss.astype(jnp.float32), jnp.float32(self.loss_scale))

    def get_unscaled_gradients(self, grads):
        inv = jnp.float32(1.0) / jnp.float32(self.loss_scale)
        return [g.astype(jnp.float32) * inv for g in grads]

    def apply_gradients(self, grads, variables):
        if all(bool(jnp.isfinite(g).all()) for g in grads):
            updates, _ = self.inner.update(grads, self.inner.init(variables))
            variables = optax.apply_updates(variables, updates)
            self.dynamic_counter += 1
            if self.dynamic_counter >= self.dynamic_growth_steps:
                self.dynamic_counter = 0
                self.loss_scale = min(self.loss_scale * 2, float(1 << 24))
        else:
            self.dynamic_counter = 0
            self.loss_scale = max(self.loss_scale / 2, 1.0)
        return variables


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    dense = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    trainable = [dense.kernel[...], dense.bias[...]]
    opt = LossScaleOptimizer(optax.sgd(lr), loss_scale, good_steps, growth_interval)
    x = jax.lax.convert_element_type(x, jnp.float16)
    y = jax.lax.convert_element_type(y, jnp.float16)

    def mse(variables):
        kernel, bias = [jax.lax.convert_element_type(v, jnp.float16) for v in variables]
        return jnp.mean(jnp.square(y - (x @ kernel + bias)))

    grads = jax.grad(lambda v: opt.get_scaled_loss(mse(v)))(trainable)
    trainable = opt.apply_gradients(opt.get_unscaled_gradients(grads), trainable)
    return jnp.array([mse(trainable), opt.loss_scale, opt.dynamic_counter], dtype=jnp.float32)
