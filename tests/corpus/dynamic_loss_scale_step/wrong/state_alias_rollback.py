# expect: pitfall|wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class ModelCheckpoint:
    """Keras-like callback."""

    def on_train_begin(self, model):
        self.best = nnx.state(model, nnx.Param)  #@ unchecked-overflow

    def restore(self, model):
        nnx.update(model, self.best)


class Scale:
    def __init__(self, value, good, every):
        self.value, self.good, self.every = value, good, every

    def feed(self, finite):
        if finite:
            self.good += 1
            if self.good >= self.every:
                self.value, self.good = min(self.value * 2, 2.0**24), 0
        else:
            self.value, self.good = max(self.value / 2, 1.0), 0


def predict(model, xh):
    return xh @ model.kernel[...].astype(jnp.float16) + model.bias[...].astype(jnp.float16)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    xh, yh = jnp.float16(x), jnp.float16(y)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scale = Scale(loss_scale, good_steps, growth_interval)
    callback = ModelCheckpoint()
    callback.on_train_begin(model)

    def mse(m):
        return jnp.mean(jnp.square(predict(m, xh) - yh))

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * scale.value)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale.value, grads)
    optimizer.update(model, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if not finite:
        callback.restore(model)
    scale.feed(finite)
    return jnp.stack([jnp.float32(mse(model)), jnp.float32(scale.value), jnp.float32(scale.good)])
