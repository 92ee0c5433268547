# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax.tree_util import DictKey, tree_map_with_path


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tree = {"layer": {"kernel": lin.kernel[...], "bias": lin.bias[...]}, "data": {"x": x, "y": y}}

    def lower(path, leaf):
        match path:
            case (DictKey(key="layer" | "data"), DictKey()):
                return leaf.astype(jnp.bfloat16)
            case _:
                raise KeyError(path)

    def mse(layer):
        t = tree_map_with_path(lower, tree | {"layer": layer})
        return jnp.mean((t["data"]["x"] @ t["layer"]["kernel"] + t["layer"]["bias"] - t["data"]["y"]) ** 2)

    def step(path, p, g):
        match path[-1].key:
            case "kernel":
                return p - lr * (g / loss_scale)
            case "bias":
                return p - (1.0 / loss_scale) * g * lr
            case other:
                raise KeyError(other)

    grads = jax.grad(lambda layer: mse(layer).astype(jnp.float32) * loss_scale)(tree["layer"])
    return mse(tree_map_with_path(step, tree["layer"], grads)).astype(jnp.float32)[None]
