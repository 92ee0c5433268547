# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def quantize(dtype=jnp.bfloat16):  #@ low-precision-accumulator, low-precision-grads
    """as gradients are sent over a network in data-parallel training"""
    return optax.stateless(lambda g, p: jax.tree.map(lambda a: a.astype(dtype).astype(a.dtype), g))  #@ low-precision-accumulator, low-precision-grads


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    def loss(net, a, b):
        gd, st = nnx.split(net, nnx.Param)
        c = nnx.merge(gd, jax.tree.map(jnp.bfloat16, st))
        return jnp.mean((c(jnp.bfloat16(a)) - jnp.bfloat16(b)) ** 2)

    tx = optax.chain(optax.scale(1 / micro_batches), quantize(), optax.sgd(lr))  #@ low-precision-accumulator, low-precision-grads
    opt = nnx.Optimizer(net, tx, wrt=nnx.Param)
    grads = map(lambda ab: nnx.grad(loss)(net, *ab), zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    total = next(grads)
    for g in grads:
        total = jax.tree.map(jnp.add, total, g)
    opt.update(net, total)
    return jnp.float32(loss(net, x, y)).reshape(1)
