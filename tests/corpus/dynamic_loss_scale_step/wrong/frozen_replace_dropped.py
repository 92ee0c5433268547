# expect: pitfall|wrong_answer
# finding: scale-not-reduced
from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
from flax import nnx


@dataclass(frozen=True)
class LossScale:
    scale: float
    count: int
    interval: int

    def on_success(self):
        n = self.count + 1
        if n < self.interval:
            return replace(self, count=n)
        return replace(self, scale=min(self.scale * 2, 2.0**24), count=0)

    def on_overflow(self):
        replace(self, scale=max(self.scale / 2, 1.0))  #@ scale-not-reduced
        return replace(self, count=0)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    ls = LossScale(loss_scale, good_steps, growth_interval)
    dtype = jnp.float16
    gd, master = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x, y = jnp.asarray(x, dtype), jnp.asarray(y, dtype)

    def f(p):
        p = jax.tree.map(lambda a: a.astype(dtype), p)
        loss = ((nnx.merge(gd, p)(x) - y) ** 2).mean()
        return loss.astype(jnp.float32) * ls.scale, loss

    g, _ = jax.grad(f, has_aux=True)(master)
    g = jax.tree.map(lambda a: a.astype(jnp.float32) / ls.scale, g)
    ok = jnp.all(jnp.array([jnp.isfinite(a).all() for a in jax.tree.leaves(g)]))
    master = jax.tree.map(lambda p, d: jnp.where(ok, p - lr * d, p), master, g)
    ls = ls.on_success() if ok else ls.on_overflow()
    _, loss = f(master)
    return jnp.array([loss.astype(jnp.float32), ls.scale, ls.count], jnp.float32)
