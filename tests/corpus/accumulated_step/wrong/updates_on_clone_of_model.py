# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half_of(model):
    g, s = nnx.split(model)
    return nnx.merge(g, jax.tree.map(lambda a: a.astype(jnp.bfloat16), s))


def loss(model, x, y):
    return jnp.mean((half_of(model)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


class Loop:
    def __init__(self, model, lr):
        self.model = nnx.clone(model)   # don't touch the caller's model
        self.opt = nnx.Optimizer(self.model, optax.sgd(lr), wrt=nnx.Param)

    def fit(self, parts):
        gs = [nnx.grad(loss)(self.model, *p) for p in parts]
        self.opt.update(self.model, jax.tree.map(lambda *g: sum(g) / len(gs), *gs))  #@ update-discarded, stale-loss


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    Loop(model, lr).fit(list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))))
    return loss(model, x, y).astype(jnp.float32).reshape(1)  #@ update-discarded, stale-loss
