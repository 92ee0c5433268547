# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
# finding: low-precision-unscale
import dataclasses

import jax
import jax.numpy as jnp
from flax import nnx


@dataclasses.dataclass(frozen=True)
class Policy:
    param_dtype: type = jnp.float32
    compute_dtype: type = jnp.float16

    def _cast(self, tree, dtype):
        return jax.tree.map(lambda a: jnp.asarray(a).astype(dtype), tree)

    def to_compute(self, tree):
        return self._cast(tree, self.compute_dtype)

    def to_param(self, tree):
        return self._cast(tree, self.param_dtype)


@dataclasses.dataclass(frozen=True)
class DynamicLossScale:
    loss_scale: float
    counter: int
    period: int
    factor: float = 2.0
    min_loss_scale: float = 1.0
    max_loss_scale: float = 2.0**24

    def scale(self, tree):
        return jax.tree.map(lambda v: v * self.loss_scale, tree)  #@ low-precision-loss-scale

    def unscale(self, tree):
        return jax.tree.map(lambda v: v / self.loss_scale, tree)  #@ low-precision-unscale

    def adjust(self, finite):
        if not finite:
            return dataclasses.replace(
                self, counter=0, loss_scale=max(self.loss_scale / self.factor, self.min_loss_scale))
        if self.counter + 1 == self.period:
            return dataclasses.replace(
                self, counter=0, loss_scale=min(self.loss_scale * self.factor, self.max_loss_scale))
        return dataclasses.replace(self, counter=self.counter + 1)


def all_finite(tree):
    return bool(jnp.all(jnp.array([jnp.isfinite(a).all() for a in jax.tree.leaves(tree)])))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    policy = Policy()
    ls = DynamicLossScale(loss_scale, good_steps, growth_interval)
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x, y = policy.to_compute((x, y))

    def loss_fn(p):
        return jnp.mean(jnp.square(nnx.merge(graphdef, policy.to_compute(p))(x) - y))

    def scaled_loss(p):
        return policy.to_param(ls.scale(loss_fn(p)))  #@ low-precision-loss-scale

    grads = jax.grad(scaled_loss)(policy.to_compute(params))
    grads = policy.to_param(ls.unscale(grads))  #@ low-precision-unscale

    finite = all_finite(grads)
    if finite:
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    ls = ls.adjust(finite)
    return jnp.stack([policy.to_param(loss_fn(params)),
                      jnp.float32(ls.loss_scale), jnp.float32(ls.counter)])
