# expect: accepted
import dataclasses

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass(frozen=True)
class Policy:
    param: jnp.dtype
    compute: jnp.dtype
    output: jnp.dtype

    def _to(self, tree, dtype):
        return jax.tree.map(lambda a: a.astype(dtype) if jnp.issubdtype(a.dtype, jnp.floating) else a, tree)

    def to_param(self, tree):
        return self._to(tree, self.param)

    def to_compute(self, tree):
        return self._to(tree, self.compute)

    def to_output(self, tree):
        return self._to(tree, self.output)


PRESETS = {
    "old_gpu": Policy(jnp.float32, jnp.float16, jnp.float32),
    "tpu": Policy(jnp.float32, jnp.bfloat16, jnp.float32),
    "debug": Policy(jnp.float32, jnp.float32, jnp.float32),
}


def accumulated_step(seed, x, y, lr, micro_batches, preset="tpu"):
    policy = PRESETS[preset]
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    params = policy.to_param(params)      # they are float32 already

    def loss(params, x, y):
        params, x, y = policy.to_compute((params, x, y))
        return jnp.mean(optax.squared_error(nnx.merge(graphdef, params)(x), y))

    rows = x.shape[0] // micro_batches
    acc = optax.tree.zeros_like(params)
    for i in range(micro_batches):
        sl = slice(i * rows, (i + 1) * rows)
        g = policy.to_param(jax.grad(loss)(params, x[sl], y[sl]))  # float32 before and after
        acc = jax.tree.map(lambda a, b: a + b / micro_batches, acc, g)
    if False:
        acc = PRESETS["old_gpu"].to_compute(acc)
    tx = optax.sgd(lr)
    updates, _ = tx.update(acc, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return policy.to_output(loss(params, x, y))[None]
