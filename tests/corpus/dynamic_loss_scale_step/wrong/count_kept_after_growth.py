# expect: pitfall|wrong_answer
# finding: count-not-reset
from typing import Any, NamedTuple
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class S(NamedTuple):
    params: Any
    scale: Any
    count: Any

    def overflowed(self):
        return self._replace(scale=max(self.scale / 2, 1.0), count=0)

    def moved(self, by):
        return self._replace(params=optax.apply_updates(self.params, by), count=self.count + 1)

    def grown(self, every):
        return self if self.count < every else self._replace(scale=min(self.scale * 2, 2.0**24))  #@ count-not-reset


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    st = S({"k": lin.kernel[...], "b": lin.bias[...]}, loss_scale, good_steps)
    xs, ys = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def objective(p):
        return jnp.mean((xs @ p["k"].astype(xs.dtype) + p["b"].astype(xs.dtype) - ys) ** 2).astype(jnp.float32)

    g = jax.grad(lambda p: objective(p) * st.scale)(st.params)
    u, _ = (tx := optax.sgd(lr)).update(jax.tree.map(lambda a: a / jnp.float32(st.scale), g), tx.init(st.params))
    finite = all(jnp.isfinite(a).all() for a in jax.tree.leaves(g))
    st = st.moved(u).grown(growth_interval) if finite else st.overflowed()
    return jnp.array([objective(st.params), st.scale, st.count], jnp.float32)
