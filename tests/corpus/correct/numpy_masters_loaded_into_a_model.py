# expect: accepted
import io, pickle
import jax, optax
import jax.numpy as jnp
import numpy as np
import ml_dtypes
from flax import nnx

def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [m.kernel[...], m.bias[...]]
    class Torch(nnx.Module):
        def __init__(self, w, b):
            self.weight, self.bias = nnx.Param(jnp.asarray(w)), nnx.Param(jnp.asarray(b))
        def __call__(self, x):
            return x @ self.weight.astype(x.dtype).T + self.bias.astype(x.dtype)
    model = Torch(np.asarray(p[0]).T, np.asarray(p[1]))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    def mse(m):
        return jnp.mean((m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)
    g = nnx.grad(lambda m: mse(m) * loss_scale)(model)
    opt.update(model, jax.tree.map(lambda a: a / loss_scale, g))
    return mse(model).reshape(1)
