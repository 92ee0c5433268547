# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class LossScaleOptimizer:
    def __init__(self, model, lr, initial_scale, dynamic_counter, dynamic_growth_steps):
        self.inner = nnx.Optimizer(model, optax.sgd(learning_rate=lr), wrt=nnx.Param)
        self.dynamic_scale = initial_scale
        self.step_counter = dynamic_counter
        self.dynamic_growth_steps = dynamic_growth_steps

    def scale_loss(self, loss):
        return loss * self.dynamic_scale

    def apply(self, grads, model):
        backup = nnx.clone(model)
        finite = jax.tree.all(jax.tree.map(lambda g: bool(jnp.all(jnp.isfinite(g))), grads))
        self.inner.update(model, jax.tree.map(lambda g: jnp.divide(g, self.dynamic_scale), grads))
        self._finite_update() if finite else self._non_finite_update()
        return model if finite else backup

    def _finite_update(self):
        self.step_counter += 1
        if self.step_counter >= self.dynamic_growth_steps:
            self.step_counter = 0
            self.dynamic_scale = min(self.dynamic_scale * 2.0, 2.0**24)

    def _non_finite_update(self):
        self.step_counter = 0
        self.dynamic_scale = max(self.dynamic_scale / 2.0, 1.0)


class MeanSquaredError:
    def __call__(self, y_true, y_pred):
        return jnp.mean(jnp.square(y_pred - y_true.astype(y_pred.dtype)))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype="float16", rngs=nnx.Rngs(int(seed)))
    opt = LossScaleOptimizer(model, lr, loss_scale, good_steps, growth_interval)
    compiled_loss = MeanSquaredError()

    def train_loss(m):
        loss = compiled_loss(y, m(x))
        return opt.scale_loss(loss.astype("float32")), loss

    (_, logged), grads = nnx.value_and_grad(train_loss, has_aux=True)(model)
    print("loss before:", logged)
    model = opt.apply(grads, model)
    return jnp.array([compiled_loss(y, model(x)).astype("float32"), opt.dynamic_scale, opt.step_counter]).astype("float32")
