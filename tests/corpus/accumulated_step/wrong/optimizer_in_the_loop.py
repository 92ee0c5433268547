# expect: wrong_answer
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(m, x, y):
        return jnp.mean(jnp.square(m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)))

    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = nnx.grad(loss_fn)(model, xs, ys)
        grads = jax.tree.map(lambda g: g / micro_batches, grads)
        optimizer.update(model, grads)  #@ update-per-micro-batch
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
