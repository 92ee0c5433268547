# expect: pitfall|wrong_answer
# finding: uncast-targets
# allow: full-precision-loss
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss(m, x, y):
    return jnp.mean(optax.squared_error(m(x), y)).astype(jnp.bfloat16)  #@ uncast-targets


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[-1], y.shape[-1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(m, optax.MultiSteps(optax.sgd(lr), micro_batches), wrt=nnx.Param)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        opt.update(m, nnx.grad(loss)(m, xb, yb))
    return loss(m, x, y).astype(jnp.float32)[None]
