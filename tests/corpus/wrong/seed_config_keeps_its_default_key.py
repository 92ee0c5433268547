# expect: pitfall|wrong_answer
# finding: seed-ignored
import dataclasses
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass
class Config:
    d_in: int
    d_out: int
    key: int = 0
    dtype: jnp.dtype = jnp.bfloat16

    def build(self):
        return nnx.Linear(self.d_in, self.d_out, dtype=self.dtype, rngs=nnx.Rngs(self.key))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    seed = int(seed)
    net = Config(x.shape[1], y.shape[1]).build()  #@ seed-ignored
    tx = optax.chain(optax.scale(1.0 / loss_scale), optax.sgd(lr))
    opt = nnx.Optimizer(net, tx, wrt=nnx.Param)
    target = y.astype(jnp.bfloat16)
    loss = lambda n: jnp.mean(jnp.square(n(x) - target)).astype(jnp.float32)
    opt.update(net, nnx.grad(lambda n: loss(n) * loss_scale)(net))
    return loss(net)[None]
