# expect: wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


class LossScaler:
    def __init__(self, scale):
        self.scale_value = scale

    def scale(self, loss):
        return loss.astype(jnp.float32) * self.scale_value

    def unscale(self, grads):
        return jax.tree.map(lambda g: g / self.scale_value, grads)


class SGD:
    def __init__(self, lr, scaler):
        self.lr, self.scaler = lr, scaler

    def step(self, params, grads):
        grads = self.scaler.unscale(grads)  #@ doubly-unscaled-grads
        return jax.tree.map(lambda p, g: p - self.lr * g, params, grads)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    scaler = LossScaler(loss_scale)
    optimizer = SGD(lr, scaler)

    def loss_fn(params):
        low = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        pred = x.astype(jnp.bfloat16) @ low["kernel"] + low["bias"]
        return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)

    grads = jax.grad(lambda p: scaler.scale(loss_fn(p)))(params)
    grads = scaler.unscale(grads)  #@ doubly-unscaled-grads
    params = optimizer.step(params, grads)  #@ doubly-unscaled-grads
    return loss_fn(params).astype(jnp.float32).reshape((1,))
