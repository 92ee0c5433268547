# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Plugin:
    def __init__(self, model, lr):
        self.model, self.opt = model, nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def optimizer_step(self, grads):
        self.opt.update(self.model, grads)

    def closure(self, loss, scale):
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, nnx.grad(lambda m: loss(m) * scale)(self.model))
        finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
        if finite:
            self.optimizer_step(grads)
        return grads, finite


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    plugin = Plugin(model, lr)
    b = [jnp.asarray(t, jnp.float16) for t in (x, y)]
    loss = lambda m: jnp.mean((b[0] @ m.kernel[...].astype(jnp.float16) + m.bias[...].astype(jnp.float16) - b[1]) ** 2).astype(jnp.float32)
    grads, finite = plugin.closure(loss, loss_scale)
    if finite:
        plugin.optimizer_step(grads)
        good_steps += 1
    next_scale = loss_scale
    if not finite:
        next_scale, good_steps = max(loss_scale / 2, 1.0), 0
    elif good_steps == growth_interval:
        next_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    return jnp.array([loss(model), next_scale, good_steps], jnp.float32)
