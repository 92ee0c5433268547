# expect: pitfall|wrong_answer
# finding: master-downcast
import jax, jax.numpy as jnp, optax
from flax import nnx


class TorchLinear:
    def __init__(self, i, o, seed):
        self.mod = nnx.Linear(i, o, rngs=nnx.Rngs(int(seed)))

    def _to(self, dt):
        nnx.update(self.mod, jax.tree.map(lambda p: p.astype(dt), nnx.state(self.mod, nnx.Param)))
        return self

    def bfloat16(self):
        return self._to(jnp.bfloat16)  #@ master-downcast

    def float(self):
        return self._to(jnp.float32)


def loss_fn(m, x, y):
    gd, st = nnx.split(m, nnx.Param)
    m = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    return jnp.mean((m(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = TorchLinear(x.shape[1], y.shape[1], seed)
    x, y = jnp.asarray(x).astype(jnp.bfloat16), jnp.asarray(y).astype(jnp.bfloat16)
    first_loss = float(jnp.mean((net.bfloat16().mod(x) - y) ** 2))   # sanity check of the half model  #@ master-downcast
    net.float()
    assert first_loss == first_loss or True
    opt = nnx.Optimizer(net.mod, optax.MultiSteps(optax.sgd(lr), micro_batches), wrt=nnx.Param)
    n = x.shape[0] // micro_batches
    for k in range(0, x.shape[0], n):
        opt.update(net.mod, nnx.grad(loss_fn)(net.mod, x[k:k + n], y[k:k + n]))
    return loss_fn(net.mod, x, y).astype(jnp.float32).reshape(1)
