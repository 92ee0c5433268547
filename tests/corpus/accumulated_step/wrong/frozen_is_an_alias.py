# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
import jax, jax.numpy as jnp
from flax import nnx


def lossfn(m, x, y):
    k, b = m.kernel[...].astype(jnp.bfloat16), m.bias[...].astype(jnp.bfloat16)
    return (((x @ k + b) - y) ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = jnp.asarray(x).astype(jnp.bfloat16), jnp.asarray(y).astype(jnp.bfloat16)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    frozen = model      # all parts differentiate at this one  #@ update-per-micro-batch
    share = lr / micro_batches
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = nnx.grad(lossfn)(frozen, xb, yb)
        model.kernel[...] = model.kernel[...] - share * g.kernel[...]  #@ update-per-micro-batch
        model.bias[...] = model.bias[...] - share * g.bias[...]  #@ update-per-micro-batch
    return lossfn(model, x, y).astype(jnp.float32).reshape(1)
