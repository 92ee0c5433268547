# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax, jax.numpy as jnp, optax
from flax import nnx


class Net:
    training = True

    def __init__(self, i, o, seed):
        self.gd, self.params = nnx.split(nnx.Linear(i, o, rngs=nnx.Rngs(int(seed))), nnx.Param)

    def train(self, mode=True):
        self.training = mode
        return self

    def eval(self):
        return self.train(False)  #@ full-precision-final-loss

    def loss(self, params, x, y):
        if self.training:
            params, x, y = jax.tree.map(lambda v: v.astype(jnp.bfloat16), (params, x, y))
        return ((nnx.merge(self.gd, params)(x) - y) ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = jnp.asarray(x), jnp.asarray(y)
    net = Net(x.shape[1], y.shape[1], seed).train()
    tx = optax.chain(optax.scale(1 / micro_batches), optax.sgd(lr))
    n = x.shape[0] // micro_batches
    grads = [jax.grad(net.loss)(net.params, x[i:i + n], y[i:i + n]) for i in range(0, x.shape[0], n)]
    u, _ = tx.update(jax.tree.map(lambda *g: sum(g), *grads), tx.init(net.params))
    net.params = optax.apply_updates(net.params, u)
    net.eval()  #@ full-precision-final-loss
    return net.loss(net.params, x, y).reshape(1)
