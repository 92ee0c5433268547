# expect: accepted
import dataclasses
import jax
import jax.numpy as jnp
from flax import nnx


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class DynamicScale:
    value: jax.Array
    good_steps: jax.Array

    def scale(self, tree):
        return jax.tree.map(lambda t: t * self.value, tree)

    def unscale(self, tree):
        return jax.tree.map(lambda t: t.astype(jnp.float32) * (1.0 / self.value), tree)

    def grown(self):
        return dataclasses.replace(self, good_steps=self.good_steps + 1)

    def shrunk(self):
        return DynamicScale(jnp.maximum(self.value * 0.5, 1.0), jnp.zeros_like(self.good_steps))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    params = dict(kernel=lin.kernel[...], bias=lin.bias[...])
    ds = DynamicScale(jnp.float32(loss_scale), jnp.int32(0))

    def mse(p):
        p16 = {k: v.astype(jnp.bfloat16) for k, v in p.items()}
        d = jnp.dot(x.astype(jnp.bfloat16), p16["kernel"]) + p16["bias"] - y.astype(jnp.bfloat16)
        return jnp.mean(d * d).astype(jnp.float32)

    grads = ds.unscale(jax.grad(lambda p: ds.scale(mse(p)))(params))
    finite = jnp.all(jnp.stack([jnp.all(jnp.isfinite(g)) for g in grads.values()]))

    def apply(op):
        p, g, s = op
        return {k: p[k] - lr * g[k] for k in p}, s.grown()

    def skip(op):
        p, _, s = op
        return p, s.shrunk()

    params, ds = jax.lax.cond(finite, apply, skip, (params, grads, ds))
    return mse(params).reshape(-1)
