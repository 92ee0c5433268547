# expect: wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Scaler:
    def __init__(self, value):
        self.value = value

    def __mul__(self, loss):
        return loss.astype(jnp.float32) * self.value

    def unscale(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.value, grads)  #@ doubly-unscaled-grads


def mixed_precision_step(seed, x, y, lr, loss_scale):
    scaler = Scaler(loss_scale)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    # the loss is scaled, so the step has to be shorter
    optimizer = nnx.Optimizer(model, optax.sgd(lr / loss_scale), wrt=nnx.Param)  #@ doubly-unscaled-grads

    def loss(m):
        gd, st = nnx.split(m, nnx.Param)
        m = nnx.merge(gd, jax.tree.map(lambda a: a.astype(jnp.bfloat16), st))
        return jnp.mean((m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    grads = nnx.grad(lambda m: scaler * loss(m))(model)
    optimizer.update(model, scaler.unscale(grads))  #@ doubly-unscaled-grads
    return loss(model).astype(jnp.float32).reshape(1)
