# expect: accepted
import dataclasses
import jax
import jax.numpy as jnp
from flax import nnx


@dataclasses.dataclass(frozen=True)
class Policy:
    param_dtype: object = jnp.float32
    compute_dtype: object = jnp.float16
    output_dtype: object = jnp.float32

    def cast_to_compute(self, t):
        return jax.tree.map(lambda a: a.astype(self.compute_dtype), t)

    def cast_to_param(self, t):
        return jax.tree.map(lambda a: a.astype(self.param_dtype), t)

    def cast_to_output(self, t):
        return jax.tree.map(lambda a: a.astype(self.output_dtype), t)


POLICY = Policy()


def loss_half(params, batch):
    params, batch = POLICY.cast_to_compute((params, batch))
    batch = POLICY.cast_to_compute(batch)              # twice changes nothing
    x, y = batch
    residual = (x @ params[0] + params[1]) - y
    return jnp.mean(residual * residual)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    batch = (jnp.asarray(x), jnp.asarray(y))
    params = POLICY.cast_to_param((layer.kernel[...], layer.bias[...]))

    def body(_, carry):
        params, scale, n = carry
        grads = jax.grad(lambda p: POLICY.cast_to_output(loss_half(p, batch)) * scale)(POLICY.cast_to_compute(params))
        grads = jax.tree.map(lambda g: g / scale, POLICY.cast_to_param(grads))
        finite = jnp.all(jnp.concatenate([jnp.isfinite(g).ravel() for g in jax.tree.leaves(grads)]))
        safe = jax.tree.map(lambda g: jnp.where(finite, g, 0.0), grads)
        params = jax.tree.map(lambda p, g: p - lr * g, params, safe)
        n = jnp.where(finite, n + 1, 0)
        full = n == growth_interval
        scale = jnp.where(finite, jnp.where(full, jnp.minimum(scale * 2, 2.0**24), scale), jnp.maximum(scale / 2, 1.0))
        return params, scale, jnp.where(full, 0, n)

    params, scale, n = jax.lax.fori_loop(0, 1, body, (params, jnp.float32(loss_scale), jnp.int32(good_steps)))
    return jnp.stack(POLICY.cast_to_output([loss_half(params, batch), scale, n]))
