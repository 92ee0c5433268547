# expect: wrong_answer
# finding: update-discarded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Learner:
    def __init__(self, seed, d_in, d_out, lr, scale):
        self.model = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
        self.tx = optax.sgd(lr)
        self.scale = scale

    def loss(self, model, x, y):
        gd, st = nnx.split(model)
        half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    def step(self, x, y):
        grads = nnx.grad(lambda m: self.loss(m, x, y).astype(jnp.float32) * self.scale)(self.model)
        grads = jax.tree.map(lambda g: g / self.scale, grads)
        gd, params = nnx.split(self.model)
        updates, _ = self.tx.update(grads, self.tx.init(params), params)
        model = nnx.merge(gd, optax.apply_updates(params, updates))  #@ update-discarded


def mixed_precision_step(seed, x, y, lr, loss_scale):
    learner = Learner(seed, x.shape[1], y.shape[1], lr, loss_scale)
    learner.step(x, y)  #@ update-discarded
    return learner.loss(learner.model, x, y).astype(jnp.float32).reshape((1,))
