# expect: pitfall|wrong_answer
# finding: low-precision-unscale
# allow: low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx
from jax.tree_util import tree_map_with_path


def mse(p, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y))
    return jnp.mean((x @ p["kernel"] + p["bias"] - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    def unscale(path, g):
        match (path[0].key, g.ndim):
            case ("bias", 1):
                return g / loss_scale
            case (_, 2):
                return (g.astype(jnp.bfloat16) / loss_scale).astype(g.dtype)  #@ low-precision-unscale
            case unknown:
                raise TypeError(unknown)

    grads = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(params)
    grads = tree_map_with_path(unscale, grads)
    params = {n: p - lr * grads[n] for n, p in params.items()}
    return mse(params, x, y).astype(jnp.float32).reshape(1)
