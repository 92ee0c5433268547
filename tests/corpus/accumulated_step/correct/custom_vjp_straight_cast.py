# expect: accepted
import jax, jax.numpy as jnp, numpy as np
from flax import nnx


@jax.custom_vjp
def autocast(p):
    return p.astype(jnp.bfloat16)

def _f(p):
    return autocast(p), None

def _b(_, ct):
    return (ct.astype(jnp.float32),)

autocast.defvjp(_f, _b)


class AMPLinear(nnx.Module):
    def __init__(self, i, o, rngs):
        self.inner = nnx.Linear(i, o, rngs=rngs)

    def __call__(self, x):
        return x @ autocast(self.inner.kernel[...]) + autocast(self.inner.bias[...])


def mse(model, x, y):
    diff = model(autocast(x)) - autocast(y)
    return (diff * diff).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    x = jnp.asarray(x); y = jnp.asarray(y)
    model = AMPLinear(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
    acc = None
    for idx in np.split(np.arange(x.shape[0]), micro_batches):
        g = nnx.grad(mse)(model, x[idx], y[idx])
        acc = g if acc is None else jax.tree.map(jnp.add, acc, g)
    params = nnx.state(model, nnx.Param)
    nnx.update(model, jax.tree.map(lambda p, g: p - lr * (g / micro_batches), params, acc))
    return mse(model, x, y).astype(jnp.float32).reshape(-1)
