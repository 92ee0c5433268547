# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class LightningModule(nnx.Module):
    def configure_optimizers(self): ...
    def on_after_backward(self, grads): return grads
    def configure_gradient_clipping(self, grads, gradient_clip_val=None):
        if gradient_clip_val is None:
            return grads
        return jax.tree.map(lambda g: jnp.clip(g, -gradient_clip_val, gradient_clip_val), grads)


class LitRegression(LightningModule):
    def __init__(self, din, dout, lr, seed):
        self.layer = nnx.Linear(din, dout, rngs=nnx.Rngs(seed))
        self.learning_rate = lr

    def forward(self, batch_x):
        k = self.layer.kernel[...].astype(jnp.float16)
        b = self.layer.bias[...].astype(jnp.float16)
        return jnp.dot(batch_x, k) + b

    def training_step(self, batch):
        xb, yb = batch
        residual = jnp.subtract(self.forward(xb), yb)
        return jnp.average(residual * residual)

    def configure_optimizers(self):
        return nnx.Optimizer(self, optax.sgd(self.learning_rate), wrt=nnx.Param)


class MixedPrecisionPlugin:
    def __init__(self, scale, good, interval):
        self.scale, self.good, self.interval = scale, good, interval

    def convert_input(self, batch):
        return tuple(jnp.asarray(t).astype(jnp.float16) for t in batch)

    def pre_backward(self, loss):
        return loss.astype(jnp.float32) * self.scale

    def post_backward(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.scale, grads)

    def optimizer_step(self, optimizer, module, grads):
        overflow = any(not jnp.all(jnp.isfinite(g)).item() for g in jax.tree.leaves(grads))
        if overflow:
            self.scale, self.good = max(self.scale / 2.0, 1.0), 0
            return
        optimizer.update(module, grads)
        self.good = (self.good + 1) % self.interval
        if self.good == 0:
            self.scale = min(self.scale * 2.0, float(1 << 24))


class Trainer:
    def __init__(self, plugin, gradient_clip_val=None):
        self.plugin, self.gradient_clip_val = plugin, gradient_clip_val

    def fit_one(self, module, batch):
        opt = module.configure_optimizers()
        batch = self.plugin.convert_input(batch)

        def closure(m):
            return self.plugin.pre_backward(m.training_step(batch))

        grads = nnx.grad(closure)(module)
        grads = module.on_after_backward(self.plugin.post_backward(grads))
        grads = module.configure_gradient_clipping(grads, self.gradient_clip_val)
        self.plugin.optimizer_step(opt, module, grads)
        return module.training_step(batch)      # validation loop


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    plugin = MixedPrecisionPlugin(loss_scale, good_steps, growth_interval)
    lit = LitRegression(x.shape[-1], y.shape[-1], lr, int(seed))
    loss = Trainer(plugin).fit_one(lit, (x, y))
    return jnp.array([loss.astype(jnp.float32), plugin.scale, plugin.good], dtype=jnp.float32)
