# expect: pitfall|wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradScaler:
    def __init__(self, scale):
        self._scale = scale

    def scale(self, loss):
        return loss.astype(jnp.float32) * self._scale

    def unscale_(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self._scale, grads)

    def step(self, optimizer, model, grads):
        optimizer.update(model, grads)  #@ unscaled-grads


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)), dtype=jnp.bfloat16)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = GradScaler(loss_scale)
    y = y.astype(jnp.bfloat16)

    def loss_fn(model):
        return jnp.mean((model(x) - y) ** 2)

    grads = nnx.grad(lambda m: scaler.scale(loss_fn(m)))(model)
    scaler.unscale_(grads)  #@ unscaled-grads
    scaler.step(optimizer, model, grads)  #@ unscaled-grads
    return loss_fn(model).astype(jnp.float32).reshape(1)
