# expect: wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss(model, x, y):
        gd, st = nnx.split(model)
        m = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        return ((m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2).mean()

    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = nnx.grad(loss)(model, xb, yb)  #@ last-micro-batch-only
    grads = jax.tree.map(lambda g: g / 1, grads)
    optimizer.update(model, grads)
    return loss(model, x, y)[None].astype(jnp.float32)
