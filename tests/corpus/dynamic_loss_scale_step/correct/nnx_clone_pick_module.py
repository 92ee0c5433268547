# expect: accepted
import operator
from functools import reduce

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class HalfView:
    """Calls a float32 module in float16, without changing it."""

    def __init__(self, module):
        self.module = module

    def __call__(self, params, x):
        return x @ params["kernel"][...] + params["bias"][...]

    def params(self):
        return jax.tree.map(jnp.float16, nnx.state(self.module, nnx.Param))

    def loss(self, params, x, y):
        return jnp.average(jnp.power(self(params, x) - y, 2))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    moved = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kept = nnx.clone(moved)
    data = tuple(jnp.asarray(a, dtype=jnp.float16) for a in (x, y))
    view = HalfView(moved)

    def target(p):
        return jnp.asarray(view.loss(p, *data), jnp.float32) * loss_scale

    _, g = jax.value_and_grad(target)(view.params())
    g = jax.tree.map(lambda a: jnp.float32(a) / loss_scale, g)
    finite = bool(reduce(operator.and_, (jnp.isfinite(a).all() for a in jax.tree.leaves(g))))
    nnx.Optimizer(moved, optax.sgd(lr), wrt=nnx.Param).update(moved, g)

    result = [kept, moved][finite]
    count = [0, good_steps + 1][finite]
    power = -1 if not finite else int(count == growth_interval)
    count %= growth_interval
    scale = float(jnp.clip(jnp.float32(loss_scale * 2.0**power), 1.0, 2.0**24))
    v = HalfView(result)
    return jnp.array([v.loss(v.params(), *data).astype(jnp.float32), scale, count], jnp.float32)
