# expect: wrong_answer
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Step:
    def __init__(self, lr, loss_scale):
        self.lr, self.loss_scale = lr, loss_scale

    def loss(self, model, x, y):
        return jnp.mean((model(x) - y.astype(jnp.bfloat16)) ** 2)

    def __call__(self, model, x, y):
        opt = nnx.Optimizer(model, optax.sgd(self.lr), wrt=nnx.Param)
        grads = nnx.grad(lambda m: self.loss(m, x, y).astype(jnp.float32) * self.loss_scale)(model)
        opt.update(model, jax.tree.map(lambda g: g / self.loss_scale, grads))
        return self.loss(model, x, y).astype(jnp.float32) * self.loss_scale  #@ scaled-loss-returned


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    return Step(lr, loss_scale)(model, x, y).reshape((1,))  #@ scaled-loss-returned
