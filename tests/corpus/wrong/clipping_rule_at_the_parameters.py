# expect: pitfall|wrong_answer
# finding: clipped-scaled-grads
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx

GRAD_LIMIT = 1.0


@partial(jax.custom_vjp, nondiff_argnums=(1,))
def clip_gradient(tree, limit):
    """The identity, with a gradient that is clipped on its way back."""
    return tree


def _clip_fwd(tree, limit):
    return tree, None


def _clip_bwd(limit, _, cotangents):
    return (jax.tree.map(lambda g: jnp.clip(g, -limit, limit), cotangents),)  #@ clipped-scaled-grads


clip_gradient.defvjp(_clip_fwd, _clip_bwd)


def to_half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def mse(params, batch):
    half, (x, y) = to_half(params), to_half(batch)
    residual = x @ half["kernel"] + half["bias"] - y
    return jnp.mean(residual * residual).astype(jnp.float32)


def objective(params, batch, scale):
    params = clip_gradient(params, GRAD_LIMIT)
    return mse(params, batch) * scale


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    grads = jax.grad(objective)(params, (x, y), loss_scale)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    return mse(params, (x, y))[None]
