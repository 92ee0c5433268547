# expect: pitfall|wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def halved(net):
    gd, st = nnx.split(net, nnx.Param)
    return nnx.merge(gd, optax.tree.cast(st, jnp.bfloat16))


def loss_fn(net, a, b):
    return optax.l2_loss(halved(net)(a), b).mean() * 2


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x, y = optax.tree.cast((jnp.asarray(x), jnp.asarray(y)), jnp.bfloat16)
    opt = nnx.Optimizer(net, optax.chain(optax.apply_every(micro_batches), optax.sgd(lr)), wrt=nnx.Param)  #@ summed-grads
    size = x.shape[0] // micro_batches
    [opt.update(net, nnx.grad(loss_fn)(net, x[s:s + size], y[s:s + size])) for s in range(0, x.shape[0], size)]
    return loss_fn(net, x, y).astype(jnp.float32).reshape(1)
