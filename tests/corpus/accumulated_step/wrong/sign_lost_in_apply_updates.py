# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Net:
    def __init__(self, module):
        self.gdef, self.params = nnx.split(module)

    def loss(self, params, x, y):
        m = nnx.merge(self.gdef, jax.tree.map(lambda a: a.astype(jnp.bfloat16), params))
        return jnp.mean(jnp.square(m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)))

    def mean_grad(self, xs, ys):
        gs = [jax.grad(self.loss)(self.params, a, b) for a, b in zip(xs, ys)]
        return jax.tree.map(lambda *g: sum(g) / len(gs), *gs)

    def descend(self, grads, lr):
        # p <- p + lr * g; apply_updates does the sign
        self.params = optax.apply_updates(self.params, jax.tree.map(lambda g: lr * g, grads))


def accumulated_step(seed, x, y, lr, micro_batches):
    net = Net(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    net.descend(net.mean_grad(jnp.split(x, micro_batches), jnp.split(y, micro_batches)), lr)
    return net.loss(net.params, x, y).astype(jnp.float32)[None]
