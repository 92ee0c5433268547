# expect: accepted|wrong_answer
# finding: full-precision-loss
import jax
import jax.numpy as jnp
from flax import nnx


def predict(params, x):
    kernel, bias = (p.astype(jnp.bfloat16) for p in params)
    return x.astype(jnp.bfloat16) @ kernel + bias


def stable_mse(pred, target):
    """Numerically safer: does the arithmetic in float32, gives the dtype of pred."""
    diff = pred.astype(jnp.float32) - target.astype(jnp.float32)  #@ full-precision-loss
    return jnp.mean(diff**2).astype(pred.dtype)  #@ full-precision-loss


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    target = y.astype(jnp.bfloat16)

    def loss(params):
        return stable_mse(predict(params, x), target)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    params = tuple(p - lr * (g / loss_scale) for p, g in zip(params, grads))
    return loss(params).astype(jnp.float32).reshape((1,))
