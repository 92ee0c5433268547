# expect: wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(optax.sgd(lr), optax.apply_every(k=micro_batches))  #@ summed-grads
    opt = nnx.Optimizer(lin, tx, wrt=nnx.Param)

    def loss(m, a, b):
        return jnp.mean(jnp.square(m(a) - b.astype(jnp.bfloat16)))

    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        opt.update(lin, nnx.grad(loss)(lin, a, b))  #@ summed-grads
    return loss(lin, x, y).astype(jnp.float32).reshape(1)
