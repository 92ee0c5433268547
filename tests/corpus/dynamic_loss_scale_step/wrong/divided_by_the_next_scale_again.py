# expect: wrong_answer
from typing import Any, NamedTuple
import jax
import jax.numpy as jnp
from flax import nnx


class Scale(NamedTuple):
    value: Any
    good: Any
    every: Any

    times = lambda self, loss: loss.astype(jnp.float32) * self.value
    over = lambda self, tree: jax.tree.map(lambda g: g.astype(jnp.float32) / self.value, tree)

    def then(self, ok):
        if not ok:
            return self._replace(value=max(self.value / 2, 1.0), good=0)
        if self.good + 1 == self.every:
            return self._replace(value=min(self.value * 2, 2.0**24), good=0)
        return self._replace(good=self.good + 1)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p, sc = {"k": lin.kernel[...], "b": lin.bias[...]}, Scale(loss_scale, good_steps, growth_interval)
    i, t = x.astype(jnp.float16), y.astype(jnp.float16)
    mse = lambda p: jnp.mean((i @ p["k"].astype(i.dtype) + p["b"].astype(i.dtype) - t) ** 2)
    g = jax.grad(lambda p: sc.times(mse(p)))(p)
    ok = jax.tree.all(jax.tree.map(lambda a: bool(jnp.isfinite(a).all()), g))
    sc = sc.then(ok)
    if ok:
        p = jax.tree.map(lambda a, d: a - lr * d, p, sc.over(g))
    return jnp.array([mse(p).astype(jnp.float32), sc.value, sc.good], jnp.float32)
