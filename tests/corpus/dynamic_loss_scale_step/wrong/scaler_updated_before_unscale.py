# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Scaler:
    def __init__(self, scale, count, interval):
        self.s, self.n, self.k = float(scale), count, interval

    def scale(self, loss):
        return loss.astype(jnp.float32) * self.s

    def unscale(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.s, grads)

    def check_and_update(self, grads):
        finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
        if finite:
            self.n += 1
            if self.n == self.k:
                self.s, self.n = min(self.s * 2, 2.0**24), 0
        else:
            self.s, self.n = max(self.s / 2, 1.0), 0
        return finite


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.state(model, nnx.Param)
    graphdef = nnx.graphdef(model)
    scaler = Scaler(loss_scale, good_steps, growth_interval)
    f16 = lambda t: jax.tree.map(lambda a: a.astype(jnp.float16), t)
    x, y = f16((jnp.asarray(x), jnp.asarray(y)))

    def loss_fn(p):
        return jnp.mean((nnx.merge(graphdef, p)(x) - y) ** 2)

    grads = jax.grad(lambda p: scaler.scale(loss_fn(p)))(f16(params))
    if scaler.check_and_update(grads):
        tx = optax.sgd(lr)
        updates, _ = tx.update(scaler.unscale(grads), tx.init(params))
        params = optax.apply_updates(params, updates)

    return jnp.array([loss_fn(f16(params)).astype(jnp.float32), scaler.s, scaler.n], dtype=jnp.float32)
