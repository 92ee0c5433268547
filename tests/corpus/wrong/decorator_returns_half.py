# expect: wrong_answer
# finding: wrong-output-dtype
import functools
import jax
import jax.numpy as jnp
from flax import nnx


def returns(dtype="bfloat16"):  #@ wrong-output-dtype
    def deco(f):
        @functools.wraps(f)
        def g(*args):
            return f(*args).astype(dtype).reshape(1)  #@ wrong-output-dtype
        return g
    return deco


@returns()  #@ wrong-output-dtype
def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])

    def mse(params):
        w, b, a, t = (v.astype("bfloat16") for v in (*params, x, y))
        return jnp.mean((a @ w + b - t) ** 2)

    grads = jax.grad(lambda p: mse(p).astype("float32") * loss_scale)(params)
    params = jax.tree.map(lambda p, g: p - lr * (g / loss_scale), params, grads)
    return mse(params).astype("float32")
