# expect: accepted
import contextlib
import jax
import jax.numpy as jnp
import optax
from flax import nnx

_dtype_stack = [jnp.float32]


@contextlib.contextmanager
def autocast(dtype):
    _dtype_stack.append(dtype)
    try:
        yield dtype
    finally:
        _dtype_stack.pop()


def c(a):
    return jnp.asarray(a).astype(_dtype_stack[-1])


class AutocastLinear:
    def __init__(self, layer):
        self.layer = layer

    def __call__(self, x):
        return c(x) @ c(self.layer.kernel[...]) + c(self.layer.bias[...])


def mse(layer, x, y):
    with autocast(jnp.bfloat16):
        d = AutocastLinear(layer)(x) - c(y)
        out = jnp.mean(d ** 2)
    return c(out)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(layer, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(lambda l: mse(l, x, y) * loss_scale)(layer)
    with autocast(jnp.float32):
        grads = jax.tree.map(lambda g: c(g) / loss_scale, grads)
    optimizer.update(layer, grads)
    return mse(layer, x, y).ravel()
