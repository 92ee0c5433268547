# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def is_finite(*trees):
    return all(bool(jnp.isfinite(leaf).all()) for leaf in jax.tree.leaves(trees))


class Amp:
    def __init__(self, optimizer, scale, steps, interval):
        self.optimizer, self.scale, self.steps, self.interval = optimizer, scale, steps, interval

    def minimize(self, fn, params):
        loss, grads = jax.value_and_grad(lambda p: fn(p).astype(jnp.float32) * self.scale)(params)
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / self.scale, grads)
        if is_finite(loss, grads):
            updates, _ = self.optimizer.update(grads, self.optimizer.init(params), params)
            params = optax.apply_updates(params, updates)
            self.steps += 1
            if self.steps == self.interval:
                self.scale, self.steps = min(self.scale * 2, 2.0**24), 0
        else:
            self.scale, self.steps = max(self.scale / 2, 1.0), 0
        return params


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))

    def fn(p):
        return jnp.mean((x @ p["kernel"].astype(jnp.float16) + p["bias"].astype(jnp.float16) - y) ** 2)

    amp = Amp(optax.sgd(lr), loss_scale, good_steps, growth_interval)
    params = amp.minimize(fn, params)
    return jnp.array([fn(params).astype(jnp.float32), amp.scale, amp.steps], jnp.float32)
