# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Sequential(nnx.Module):
    def __init__(self, *layers):
        self.layers = nnx.List(layers)

    def __call__(self, h):
        for layer in self.layers:
            h = layer(h)
        return h

    def compile(self, optimizer):
        return nnx.Optimizer(self, optimizer, wrt=nnx.Param)


def mixed(net):
    g, s = nnx.split(net, nnx.Param)
    return nnx.merge(g, jax.tree.map(lambda v: v.astype(jnp.bfloat16), s))


def evaluate(net, xb, yb):
    return jnp.mean(jnp.square(mixed(net)(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)))


def train_on_batch(net, opt, xb, yb, weight):
    g = nnx.grad(evaluate)(net, xb, yb)
    g = jax.tree.map(lambda v: weight * v, g)
    opt.update(net, g)  #@ update-per-micro-batch


def accumulated_step(seed, x, y, lr, micro_batches):
    net = Sequential(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    opt = net.compile(optax.sgd(lr))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        train_on_batch(net, opt, xb, yb, 1 / micro_batches)  #@ update-per-micro-batch
    return evaluate(net, x, y).astype(jnp.float32).reshape(1)
