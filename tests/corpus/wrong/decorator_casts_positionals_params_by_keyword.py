# expect: pitfall|wrong_answer
# finding: full-precision-forward
from functools import wraps
import jax, jax.numpy as jnp
from flax import nnx

def low_precision(fn):
    @wraps(fn)
    def inner(*args, **kwargs):
        args = jax.tree.map(lambda a: a.astype(jnp.bfloat16), args)
        return fn(*args, **kwargs)
    return inner

@low_precision
def mse(x, y, *, params):
    return jnp.mean((x @ params["w"] + params["b"] - y) ** 2)  #@ full-precision-forward

def mixed_precision_step(seed, x, y, lr, loss_scale):
    d = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": d.kernel[...], "b": d.bias[...]}
    scaled = lambda p: mse(x, y, params=p).astype(jnp.float32) * loss_scale  #@ full-precision-forward
    grads = jax.grad(scaled)(params)
    params = jax.tree.map(lambda p, g: p - lr * (g / loss_scale), params, grads)
    return mse(x, y, params=params).astype(jnp.bfloat16).astype(jnp.float32).reshape(1)
