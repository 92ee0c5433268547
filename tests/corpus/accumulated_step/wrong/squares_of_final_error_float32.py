# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx


def predict(params, x):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    return x @ w + b


def train_loss(params, x, y):
    return jnp.mean((predict(params, x) - y) ** 2)


def report_loss(params, x, y):
    # a loss to print should be exact
    residual = predict(params, x).astype(jnp.float32) - y.astype(jnp.float32)  #@ full-precision-final-loss
    return jnp.mean(residual ** 2)  #@ full-precision-final-loss


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    xs, ys = (a.reshape(micro_batches, -1, a.shape[-1]) for a in (x, y))
    grads = jax.vmap(jax.grad(train_loss), (None, 0, 0))(params, xs, ys)
    params = jax.tree.map(lambda p, g: p - lr * g.mean(0), params, grads)
    return report_loss(params, x, y).reshape(1)  #@ full-precision-final-loss
