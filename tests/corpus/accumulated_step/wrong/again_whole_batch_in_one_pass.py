# expect: wrong_answer
# No id owed: no parts at all.
# allow: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    loss = lambda m: jnp.mean(jnp.square(m(x) - y.astype(jnp.bfloat16)))
    # the mean of the parts' gradients is the gradient of the whole batch
    opt.update(model, nnx.grad(loss)(model))
    return loss(model).astype(jnp.float32).reshape(1)
