# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import dataclasses

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass(frozen=True)
class Scale:
    value: float

    def __rmul__(self, other):
        return other * jnp.asarray(self.value, dtype=other.dtype)  #@ low-precision-loss-scale

    def __rtruediv__(self, other):
        return other / jnp.asarray(self.value, dtype=other.dtype)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    S = Scale(loss_scale)
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        loss = jnp.mean((model(x) - y.astype(jnp.bfloat16)) ** 2)
        return loss * S, loss  #@ low-precision-loss-scale

    grads, _ = nnx.grad(loss_fn, has_aux=True)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / S, grads))
    _, loss = loss_fn(model)
    return loss.astype(jnp.float32)[None]
