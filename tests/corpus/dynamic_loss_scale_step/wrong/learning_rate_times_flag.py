# expect: pitfall|wrong_answer
# finding: masked-by-multiplication
from dataclasses import dataclass, replace
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass(frozen=True)
class Settings:
    lr: float
    scale: float
    done: int
    interval: int

    def after(self, ok):
        if not ok:
            return replace(self, scale=max(self.scale * 0.5, 1.0), done=0)
        if self.done + 1 >= self.interval:
            return replace(self, scale=min(self.scale * 2.0, 2.0**24), done=0)
        return replace(self, done=self.done + 1)


def half(t):
    return jax.tree.map(lambda a: jnp.asarray(a, jnp.float16), t)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    cfg = Settings(lr, loss_scale, good_steps, growth_interval)
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    xh, yh = half((x, y))
    loss = lambda p: jnp.mean((nnx.merge(gd, half(p))(xh) - yh) ** 2)
    grads = jax.grad(lambda p: cfg.scale * loss(p).astype(jnp.float32))(params)
    grads = jax.tree.map(lambda g: g / cfg.scale, grads)
    ok = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    tx = optax.sgd(cfg.lr * ok)  #@ masked-by-multiplication
    upd, _ = tx.update(grads, tx.init(params))
    params = optax.apply_updates(params, upd)
    nxt = cfg.after(bool(ok))
    return jnp.array([loss(params), nxt.scale, nxt.done], dtype=jnp.float32)
