# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
import jax, jax.numpy as jnp
from flax import nnx

class _(dict): __getattr__ = dict.get


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    o = _(m=nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), h=lambda *a: [jnp.asarray(v, jnp.float16) for v in a])
    o.update(p=(o.m.kernel[...], o.m.bias[...]))
    o.update(loss=lambda p: (lambda k, b, i, t: jnp.mean((i @ k + b - t) ** 2))(*o.h(*p, x, y)))
    o.update(g=[g / jnp.float32(loss_scale) for g in jax.grad(lambda p: o.loss(p).astype(jnp.float32) * loss_scale)(o.p)])
    o.update(ok=all(bool(jnp.isfinite(g).all()) for g in o.g))
    o.update(p=[p - lr * g for p, g in zip(o.p, o.g)] if o.ok else o.p, n=(good_steps + 1) * o.ok)
    o.update(s=max(loss_scale / 2, 1.0) if not o.ok else min(loss_scale * 2, 2.0**24) if o.n == growth_interval else loss_scale)
    return jnp.array([o.loss(o.p), o.s, o.n % growth_interval])  #@ wrong-output-dtype
