# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

KINDS = {"compute": jnp.bfloat16, "master": jnp.float32}


def cast(tree, kind):
    match tree:
        case dict():
            return {name: cast(leaf, kind) for name, leaf in tree.items()}
        case list() | tuple():
            return type(tree)(cast(leaf, kind) for leaf in tree)
        case leaf if jnp.issubdtype(leaf.dtype, jnp.floating):
            return leaf.astype(KINDS[kind])
        case other:
            return other


def net(p, x):
    match p:
        case {"w": w, "b": b}:
            return jnp.matmul(x, w) + b
        case _:
            raise TypeError("no params")


def objective(p, batch, factor):
    (x, y), q = cast(batch, "compute"), cast(p, "compute")
    mse = jnp.mean(jnp.square(net(q, x) - y)).astype(KINDS["master"])
    match factor:
        case None:
            return mse
        case s:
            return mse * s


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": layer.kernel[...], "b": layer.bias[...]}
    g = jax.grad(objective)(p, (x, y), loss_scale)
    for k in p:
        match g[k].dtype:
            case jnp.float32:
                p[k] = p[k] - lr * (g[k] / loss_scale)
            case _:
                raise AssertionError("expected fp32 grads")
    return objective(p, (x, y), None)[None]
