# The right side of: master-downcast, uncast-targets, seed-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx

HALF = jnp.bfloat16


class Model(nnx.Module):
    def __init__(self, n, m, rngs):
        self.out = nnx.Linear(n, m, dtype=HALF, rngs=rngs)

    def loss(self, x, y):
        return jnp.mean((self.out(x) - y.astype(HALF)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = Model(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
    sgd = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grad = nnx.grad(lambda m: m.loss(x, y).astype("float32") * loss_scale)
    sgd.update(model, jax.tree.map(lambda g: g / loss_scale, grad(model)))
    return model.loss(x, y).astype("float32").reshape(1)
