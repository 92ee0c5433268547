# expect: pitfall|wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Regressor(nnx.Module):
    def __init__(self, d_in, d_out, rngs):
        self.drop = nnx.Dropout(0.0, rngs=rngs)
        self.out = nnx.Linear(d_in, d_out, dtype=jnp.bfloat16, rngs=rngs)

    def __call__(self, x):
        return self.out(self.drop(x))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = Regressor(x.shape[1], y.shape[1], nnx.Rngs(params=0, dropout=int(seed)))  #@ seed-ignored
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    loss = lambda m: jnp.mean((m(x) - y.astype(jnp.bfloat16)) ** 2)
    grads = nnx.grad(lambda m: loss(m).astype(jnp.float32) * loss_scale)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return loss(model).astype(jnp.float32).reshape(1)
