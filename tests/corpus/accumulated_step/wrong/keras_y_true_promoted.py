# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class MixedDense(nnx.Linear):
    """layers.Dense(dtype='mixed_bfloat16')"""

    def __init__(self, i, o, seed):
        super().__init__(i, o, dtype=jnp.bfloat16, param_dtype=jnp.float32, rngs=nnx.Rngs(seed))


def mean_squared_error(y_true, y_pred):
    return jnp.mean(jnp.square(y_pred - y_true))  #@ uncast-targets


@nnx.jit(static_argnames="steps")
def fit(model, optimizer, x, y, steps):
    def body(carry, batch):
        xb, yb = batch
        g = nnx.grad(lambda m: mean_squared_error(yb, m(xb)))(model)  #@ uncast-targets
        return carry + [g], None

    carry = []
    for batch in zip(jnp.split(x, steps), jnp.split(y, steps)):
        carry, _ = body(carry, batch)
    total = carry[0]
    for g in carry[1:]:
        total = jax.tree.map(jnp.add, total, g)
    optimizer.update(model, jax.tree.map(lambda g: g / steps, total))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = MixedDense(x.shape[1], y.shape[1], int(seed))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    fit(model, optimizer, x, y, steps=micro_batches)
    return mean_squared_error(y, model(x)).astype(jnp.float32)[None]  #@ uncast-targets
