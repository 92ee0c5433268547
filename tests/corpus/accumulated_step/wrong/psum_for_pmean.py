# expect: pitfall|wrong_answer
# finding: summed-grads
import functools
import jax, jax.numpy as jnp, optax
from flax import nnx


class DDP:
    axis = "replica"

    def __init__(self, module):
        self.graphdef, self.params = nnx.split(module, nnx.Param)

    def local_loss(self, params, xb, yb):
        m = nnx.merge(self.graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), params))
        return jnp.mean((m(xb) - yb) ** 2)

    def sync(self, grads):
        return jax.tree.map(functools.partial(jax.lax.psum, axis_name=self.axis), grads)  #@ summed-grads

    def worker(self, xb, yb):
        return self.sync(jax.grad(self.local_loss)(self.params, xb, yb))

    def gradients(self, x, y, world_size):
        per = lambda a: a.reshape((world_size, -1) + a.shape[1:])
        g = jax.vmap(self.worker, axis_name=self.axis)(per(x), per(y))
        return jax.tree.map(lambda a: a[0], g)


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = jnp.asarray(x).astype(jnp.bfloat16), jnp.asarray(y).astype(jnp.bfloat16)
    ddp = DDP(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    opt = optax.sgd(lr)
    upd, _ = opt.update(ddp.gradients(x, y, micro_batches), opt.init(ddp.params), ddp.params)
    ddp.params = optax.apply_updates(ddp.params, upd)
    return ddp.local_loss(ddp.params, x, y).astype(jnp.float32).reshape(1)
