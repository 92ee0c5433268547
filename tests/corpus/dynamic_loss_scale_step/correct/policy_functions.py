# expect: accepted
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass(frozen=True)
class Policy:
    param_dtype: type = jnp.float32
    compute_dtype: type = jnp.float16

    def _cast(self, tree, dtype):
        return jax.tree.map(lambda t: jnp.asarray(t).astype(dtype), tree)

    def cast_to_compute(self, tree):
        return self._cast(tree, self.compute_dtype)

    def cast_to_param(self, tree):
        return self._cast(tree, self.param_dtype)


policy = Policy()


def apply(params, x):
    out = x @ params["kernel"] + params["bias"]
    return policy.cast_to_param(out)


def loss_fn(params, x, y):
    params, x, y = policy.cast_to_compute((params, x, y))
    pred = policy.cast_to_compute(apply(params, x))
    target = policy.cast_to_compute(y)
    return policy.cast_to_param(jnp.mean((target - pred) ** 2))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = policy.cast_to_param({"kernel": model.kernel[...], "bias": model.bias[...]})
    half_params = policy.cast_to_compute(params)
    g = jax.grad(lambda p: loss_fn(p, x, y) * loss_scale)(half_params)
    g = jax.tree.map(lambda t: t / loss_scale, policy.cast_to_param(g))
    finite = jax.tree.all(jax.tree.map(lambda t: bool(jnp.isfinite(t).all()), g))
    tx = optax.sgd(lr)
    state = tx.init(params)
    if finite:
        updates, state = tx.update(g, state)
        params = optax.apply_updates(params, updates)
    if not finite:
        scale, count = max(loss_scale / 2, 1.0), 0
    elif good_steps + 1 == growth_interval:
        scale, count = min(loss_scale * 2, 2.0 ** 24), 0
    else:
        scale, count = loss_scale, good_steps + 1
    return jnp.array([loss_fn(params, x, y), scale, count], jnp.float32)
