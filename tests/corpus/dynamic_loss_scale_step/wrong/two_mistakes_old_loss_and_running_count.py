# expect: pitfall|wrong_answer
# finding: stale-loss
# finding: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Callback:
    def __init__(self, scale, count, interval):
        self.scale, self.count, self.interval = scale, count, interval

    def __call__(self, finite):
        if not finite:
            self.scale, self.count = max(self.scale / 2, 1.0), 0
            return
        self.count += 1
        if self.count >= self.interval:
            self.scale = min(self.scale * 2, 2.0**24)  #@ count-not-reset


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    cb = Callback(loss_scale, good_steps, growth_interval)
    xh, yh = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    @nnx.jit
    def train(model, optimizer, s):
        def f(m):
            loss = jnp.mean((m(xh) - yh) ** 2).astype(jnp.float32)
            return loss * s, loss
        (_, loss), grads = nnx.value_and_grad(f, has_aux=True)(model)
        grads = jax.tree.map(lambda g: g / s, grads)
        ok = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
        optimizer.update(model, jax.tree.map(lambda g: jnp.where(ok, g, 0.0), grads))
        return loss, ok  #@ stale-loss

    loss, ok = train(model, optimizer, jnp.float32(loss_scale))
    cb(bool(ok))
    return jnp.array([loss, cb.scale, cb.count], jnp.float32)  #@ stale-loss
