# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from typing import Any, NamedTuple


class Scaler(NamedTuple):
    scale: Any
    count: Any

    def after(self, finite, every):
        n = self.count + 1
        return jax.tree.map(
            lambda good, bad: jnp.where(finite, good, bad),
            Scaler(jnp.where(n == every, jnp.minimum(self.scale * 2, 2.0**24), self.scale), jnp.where(n == every, 0, n)),
            Scaler(jnp.maximum(self.scale / 2, 1.0), 0),
        )


def unscale_by(scale):
    return optax.stateless(lambda u, p: jax.tree.map(lambda g: g.astype(jnp.float32) / scale, u))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    sc = Scaler(jnp.float32(loss_scale), jnp.int32(good_steps))
    tx = optax.apply_if_finite(optax.chain(unscale_by(sc.scale), optax.sgd(lr)), max_consecutive_errors=1)

    def loss(p16):
        pred = jnp.asarray(x, jnp.float16) @ p16["kernel"] + p16["bias"]
        return jnp.mean((pred - jnp.asarray(y, jnp.float16)) ** 2)

    g16 = jax.grad(lambda p: loss(p).astype(jnp.float32) * sc.scale)(optax.tree.cast(params, jnp.float16))
    updates, state = tx.update(optax.tree.cast(g16, jnp.float32), tx.init(params), params)
    params = optax.apply_updates(params, updates)
    sc = sc.after(state.last_finite, growth_interval)
    return jnp.stack([loss(optax.tree.cast(params, jnp.float16)).astype(jnp.float32), sc.scale, sc.count.astype(jnp.float32)])
