# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Trainer(nnx.Module):
    def __init__(self, d, o, seed, lr, k):
        self.net = nnx.Linear(d, o, rngs=nnx.Rngs(seed))
        inner = optax.inject_hyperparams(optax.sgd, static_args=("accumulator_dtype",))(
            learning_rate=lr, accumulator_dtype=jnp.bfloat16)
        self.opt = nnx.Optimizer(self.net, optax.MultiSteps(inner, k).gradient_transformation(), wrt=nnx.Param)


def half_view(net):
    gd, st = nnx.split(net, nnx.Param)
    return nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))


def criterion(net, xs, ys):
    return jnp.mean((half_view(net)(xs.astype(jnp.bfloat16)) - ys.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    t = Trainer(x.shape[1], y.shape[1], int(seed), lr, micro_batches)
    for xs, ys in zip(*(jnp.vsplit(jnp.asarray(a), micro_batches) for a in (x, y))):
        t.opt.update(t.net, nnx.grad(criterion)(t.net, xs, ys))
    return jnp.float32(criterion(t.net, x, y))[None]
