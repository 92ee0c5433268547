# expect: wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Regression(nnx.Module):
    def __init__(self, d_in, d_out, *, rngs=nnx.Rngs(0)):  #@ seed-ignored
        self.lin = nnx.Linear(d_in, d_out, dtype=jnp.bfloat16, rngs=nnx.clone(rngs))

    def loss(self, x, y):
        return jnp.mean((self.lin(x) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    seed = int(seed)
    net = Regression(x.shape[1], y.shape[1])  #@ seed-ignored
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    total = jax.tree.map(jnp.zeros_like, nnx.state(net, nnx.Param))
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, nnx.grad(lambda n: n.loss(a, b))(net))
    opt.update(net, jax.tree.map(lambda t: t / micro_batches, total))
    return net.loss(x, y).astype(jnp.float32).reshape(1)
