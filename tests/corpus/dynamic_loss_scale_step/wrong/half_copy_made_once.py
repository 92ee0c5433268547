# expect: pitfall|wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class FP16Optimizer:
    """apex: fp32 masters here, an fp16 model outside."""

    def __init__(self, model, lr, scale, good, window):
        self.model = model
        self.masters = jax.tree.map(lambda a: a.copy(), nnx.state(model))
        self.tx = optax.sgd(lr)
        self.scale, self.good, self.window = scale, good, window
        nnx.update(model, jax.tree.map(lambda a: a.astype(jnp.float16), self.masters))

    def backward(self, closure):
        g = nnx.grad(lambda m: closure(m).astype(jnp.float32) * self.scale)(self.model)
        self.grads = jax.tree.map(lambda a: a.astype(jnp.float32) / self.scale, g)
        self.overflow = not all(bool(jnp.isfinite(a).all()) for a in jax.tree.leaves(self.grads))

    def step(self):
        if self.overflow:
            self.scale, self.good = max(self.scale / 2, 1.0), 0
            return
        upd, _ = self.tx.update(self.grads, self.tx.init(self.masters))
        self.masters = optax.apply_updates(self.masters, upd)
        self.good += 1
        if self.good == self.window:
            self.scale, self.good = min(self.scale * 2, 2.0**24), 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = FP16Optimizer(model, lr, loss_scale, good_steps, growth_interval)
    xh, yh = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    closure = lambda m: jnp.mean((m(xh) - yh) ** 2)
    optimizer.backward(closure)
    optimizer.step()
    return jnp.array([closure(model), optimizer.scale, optimizer.good], jnp.float32)  #@ stale-loss
