# expect: wrong_answer|pitfall
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Hyper:
    """Hyperparameters as arrays of one dtype."""

    def __init__(self, dtype, **values):
        for key, value in values.items():
            setattr(self, key, jnp.asarray(value).astype(dtype))  #@ low-precision-update


def mixed_precision_step(seed, x, y, lr, loss_scale):
    half = jnp.bfloat16
    h = Hyper(half, lr=lr)  #@ low-precision-update
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=half, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(h.lr), wrt=nnx.Param)
    y = y.astype(half)

    def mse(m):
        return jnp.mean((m(x) - y) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    opt.update(model, grads)
    return mse(model).astype(jnp.float32).reshape(1)
