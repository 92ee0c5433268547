# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradScaler:
    """Like torch.cuda.amp.GradScaler."""

    def __init__(self, init_scale):
        self._scale = init_scale

    def scale(self, loss):
        return (loss * self._scale).astype(jnp.float32)  #@ low-precision-loss-scale

    def unscale_(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self._scale, grads)

    def step(self, optimizer, model, grads):
        optimizer.update(model, self.unscale_(grads))


def autocast(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def criterion(pred, target):
    return jnp.mean(jnp.square(pred - target))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = GradScaler(init_scale=loss_scale)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    grads = nnx.grad(lambda m: scaler.scale(criterion(autocast(m)(x), y)))(model)
    scaler.step(optimizer, model, grads)
    return criterion(autocast(model)(x), y).astype(jnp.float32).reshape(1)
