# expect: accepted
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx, struct


@struct.dataclass
class Scale:
    value: jax.Array
    good: jax.Array
    interval: int = struct.field(pytree_node=False)

    def after(self, finite):
        good = self.good + 1
        full = good == self.interval
        on_success = jnp.where(full, jnp.minimum(2 * self.value, 2.0**24), self.value)
        on_failure = jnp.maximum(self.value / 2, 1.0)
        return self.replace(
            value=jnp.where(finite, on_success, on_failure),
            good=jnp.where(finite & ~full, good, 0),
        )


@struct.dataclass
class Train:
    params: Any
    scale: Scale
    lr: float


def loss(params, batch):
    p = jax.tree.map(lambda a: a.astype(jnp.float16), params)
    x, y = jax.tree.map(lambda a: a.astype(jnp.float16), batch)
    return jnp.mean((x @ p["kernel"] + p["bias"] - y) ** 2).astype(jnp.float32)


@jax.jit
def step(train, batch):
    s = train.scale.value
    g = jax.grad(lambda p: s * loss(p, batch))(train.params)
    g = jax.tree.map(lambda a: a / s, g)
    finite = jax.tree.reduce(lambda acc, a: acc & jnp.isfinite(a).all(), g, jnp.bool_(True))
    params = jax.tree.map(lambda p, d: jnp.where(finite, p - train.lr * d, p), train.params, g)
    return train.replace(params=params, scale=train.scale.after(finite))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    scale = Scale(jnp.float32(loss_scale), jnp.int32(good_steps), growth_interval)
    t = Train({"kernel": lin.kernel[...], "bias": lin.bias[...]}, scale, lr)
    t = step(t, (x, y))
    return jnp.stack([loss(t.params, (x, y)), t.scale.value, t.scale.good.astype(jnp.float32)])
