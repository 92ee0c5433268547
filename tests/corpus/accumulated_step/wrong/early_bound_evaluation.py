# expect: pitfall|wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def copy16(model):
    gd, st = nnx.split(model, nnx.Param)
    return nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))


def mse(net, a, b):
    return jnp.mean((net(a) - b) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)
    evaluate = lambda net=copy16(model): mse(net, x, y)  #@ stale-loss
    part_grad = nnx.grad(lambda m, a, b: mse(copy16(m), a, b))
    total = None
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = part_grad(model, a, b)
        total = g if total is None else jax.tree.map(jnp.add, total, g)
    opt.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return jnp.float32(evaluate()).reshape(1)  #@ stale-loss
