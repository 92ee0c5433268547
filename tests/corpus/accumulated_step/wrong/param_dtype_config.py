# expect: pitfall|wrong_answer
# finding: master-downcast
"""Wrong: a config builds the layer with param_dtype=bfloat16, the float32 masters are made of these afterwards."""
import dataclasses

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass(frozen=True)
class Config:
    d_in: int
    d_out: int
    dtype: jnp.dtype = jnp.bfloat16

    def build(self, seed):
        return nnx.Linear(self.d_in, self.d_out, dtype=self.dtype, param_dtype=self.dtype, rngs=nnx.Rngs(seed))  #@ master-downcast


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, state = nnx.split(Config(x.shape[1], y.shape[1]).build(int(seed)))
    masters = jax.tree.map(lambda p: p.astype(jnp.float32), state)

    def loss(masters, x, y):
        model = nnx.merge(graphdef, masters)        # its dtype is bfloat16, so it casts in the call
        return jnp.mean((model(x) - y.astype(jnp.bfloat16)) ** 2)

    total = jax.tree.map(jnp.zeros_like, masters)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = optax.tree.add(total, jax.grad(loss)(masters, xb, yb))
    masters = jax.tree.map(lambda p, t: p - lr * (t / micro_batches), masters, total)
    return loss(masters, x, y).astype(jnp.float32).reshape(1)
