# expect: pitfall|wrong_answer
# finding: summed-grads
import jax, jax.numpy as jnp, optax
from flax import nnx


def half(m):
    gd, st = nnx.split(m, nnx.Param)
    return nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))


def criterion(m, x, y):
    return optax.squared_error(half(m)(x.astype(jnp.bfloat16)), y.astype(jnp.bfloat16)).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = jnp.asarray(x), jnp.asarray(y)
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(net, optax.chain(optax.apply_every(k=micro_batches), optax.sgd(lr)), wrt=nnx.Param)  #@ summed-grads
    for xb, yb in zip(jnp.vsplit(x, micro_batches), jnp.vsplit(y, micro_batches)):
        loss, grads = nnx.value_and_grad(criterion)(net, xb, yb)
        optimizer.update(net, grads)
    return jnp.asarray([criterion(net, x, y)]).astype(jnp.float32)
