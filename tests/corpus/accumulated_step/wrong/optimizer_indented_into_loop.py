# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Net(nnx.Module):
    def __init__(self, d_in, d_out, rngs):
        self.fc = nnx.Linear(d_in, d_out, rngs=rngs)

    def __call__(self, x):
        return self.fc(x)


def mixed(net):
    g, s = nnx.split(net, nnx.Param)
    return nnx.merge(g, jax.tree.map(lambda p: p.astype(jnp.bfloat16), s))


def criterion(net, x, y):
    out = mixed(net)(x)
    return jnp.mean((out - y) ** 2)


@nnx.jit
def train_step(net, opt, xb, yb, k):
    loss, grads = nnx.value_and_grad(criterion)(net, xb, yb)
    grads = jax.tree.map(lambda g: g / k, grads)
    opt.update(net, grads)  #@ update-per-micro-batch
    return loss


def accumulated_step(seed, x, y, lr, micro_batches):
    # Linear is made first, so that the seed gives the same numbers
    net = Net(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    x, y = jnp.asarray(x).astype(jnp.bfloat16), jnp.asarray(y).astype(jnp.bfloat16)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        train_step(net, opt, xb, yb, jnp.float32(micro_batches))
    return jnp.expand_dims(criterion(net, x, y).astype(jnp.float32), 0)
