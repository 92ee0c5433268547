# expect: accepted
import jax
import jax.numpy as jnp
from jax.tree_util import Partial, tree_map_with_path
from flax import nnx


def _mse(cast, xb, yb, params):
    p = tree_map_with_path(lambda path, leaf: cast(leaf), params)
    err = jax.lax.dot(cast(xb), p["kernel"]) + p["bias"][None, :] - cast(yb)
    total = jnp.sum(err * err, dtype=jnp.float32)
    return cast(total / err.size).astype(jnp.float32)


class Step:
    def __init__(self, loss, scale):
        self.loss = loss
        self.scale = scale

    def __matmul__(self, params):
        """step @ params -> gradients, unscaled"""
        g = jax.grad(lambda p: self.loss(p) * self.scale)(params)
        return {k: v / self.scale for k, v in g.items()}


def mixed_precision_step(
    seed,
    x,
    y,
    lr,
    loss_scale,
):
    cast = Partial(lambda a: jax.lax.convert_element_type(a, jnp.bfloat16))
    loss = jax.jit(Partial(_mse, cast, x, y))
    layer = nnx.Linear(
        x.shape[-1],
        y.shape[-1],
        rngs=nnx.Rngs(
            int(seed)
        ),
    )
    params = {
        "kernel": layer.kernel[...],
        "bias": layer.bias[...],
    }
    grads = Step(loss, loss_scale) @ params
    params = {
        k: params[k]
        - lr
        * grads[k]
        for k in params
    }
    return (
        loss(params)
        .reshape(1)
    )
