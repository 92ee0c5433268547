# expect: pitfall|wrong_answer
# finding: full-precision-forward
import dataclasses
from typing import Any
import jax
import jax.numpy as jnp
from flax import nnx


@dataclasses.dataclass(frozen=True)
class Policy:
    param: Any = jnp.float32
    compute: Any = jnp.float16
    output: Any = jnp.float16

    def to(self, what):
        return lambda t: jax.tree.map(lambda a: a.astype(getattr(self, what)), t)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    pol = Policy()
    graph, state = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    xi, yi = pol.to("compute")((x, y))

    def loss(st):
        layer = nnx.merge(graph, pol.to("param")(st))  #@ full-precision-forward
        pred = pol.to("output")(layer(xi))
        return jnp.mean((pred - yi) ** 2)

    g = jax.grad(lambda st: pol.to("param")(loss(st)) * loss_scale)(state)
    g = jax.tree.map(lambda a: a.astype(jnp.float32) / loss_scale, g)
    ok = jax.tree.all(jax.tree.map(lambda a: jnp.isfinite(a).all(), g))
    state = jax.tree.map(lambda a, d: jnp.where(ok, a - lr * d, a), state, g)
    n = (good_steps + 1) if ok else 0
    s = loss_scale if ok else max(loss_scale / 2, 1.0)
    if n == growth_interval:
        n, s = 0, min(s * 2, 2.0**24)
    return jnp.array([loss(state).astype(jnp.float32), s, n], jnp.float32)
