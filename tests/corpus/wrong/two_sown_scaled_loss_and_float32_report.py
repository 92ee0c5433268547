# expect: pitfall|wrong_answer
# finding: missing-loss-scale
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class ScaledLoss(nnx.Intermediate):
    pass


class Model(nnx.Module):
    def __init__(self, i, o, rngs):
        self.lin = nnx.Linear(i, o, rngs=rngs)
        self.scaled = ScaledLoss(jnp.zeros(()))

    def half(self, x):
        w, b = self.lin.kernel[...].astype(jnp.bfloat16), self.lin.bias[...].astype(jnp.bfloat16)
        return x.astype(jnp.bfloat16) @ w + b


def loss_fn(model, x, y, scale):
    loss = jnp.mean(jnp.square(model.half(x) - y.astype(jnp.bfloat16))).astype(jnp.float32)
    model.scaled[...] = loss * scale
    return loss  #@ missing-loss-scale


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = Model(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    opt.update(model, nnx.grad(loss_fn)(model, x, y, loss_scale))
    residual = model.lin(x) - y  #@ full-precision-final-loss
    return jnp.mean(jnp.square(residual)).reshape(1)
