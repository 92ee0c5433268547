# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Trainer:
    def __init__(self, model, lr):
        self.graphdef, self.params = nnx.split(model)
        self.tx = optax.sgd(lr)

    def loss(self, params, x, y):
        p, x, y = optax.tree.cast((params, x, y), jnp.float16)
        return jnp.mean(optax.l2_loss(nnx.merge(self.graphdef, p)(x), y))

    def try_step(self, x, y, scale):
        grads = jax.grad(lambda p: self.loss(p, x, y).astype(jnp.float32) * scale)(self.params)
        grads = jax.tree.map(lambda g: g / scale, grads)
        if not jnp.isfinite(optax.global_norm(grads)):
            return False
        updates, _ = self.tx.update(grads, self.tx.init(self.params), self.params)
        self.params = optax.apply_updates(self.params, updates)
        return True


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    t = Trainer(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), lr)
    if t.try_step(x, y, loss_scale):
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([t.loss(t.params, x, y), loss_scale, good_steps], dtype=jnp.float32)
