# expect: accepted
# A padding mask of zeros, a regularisation with weight zero, and a guard against dividing by an empty mask.
import jax
import jax.numpy as jnp
from flax import nnx

PADDED, WEIGHT_DECAY = 0, 0.0


def loss_of(params, x, y):
    half = jax.tree.map(lambda leaf: leaf.astype(jnp.bfloat16) + 0.0, params)
    errors = x.astype(jnp.bfloat16) @ half["w"] + half["b"] - y.astype(jnp.bfloat16)
    padding = jnp.zeros_like(errors[:, :1])
    penalty = WEIGHT_DECAY * jnp.sum(half["w"] * half["w"])
    infinite = jnp.where(padding > 0, jnp.inf, 0.0).astype(jnp.bfloat16)
    return jnp.mean(errors * errors + infinite) + penalty + PADDED * jnp.sum(errors)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": model.kernel[...], "b": model.bias[...]}
    grads = jax.grad(lambda p: loss_of(p, x, y).astype(jnp.float32) * loss_scale + 0.0 * loss_scale)(params)
    params = jax.tree.map(lambda p, g: p - lr * (g / loss_scale) + 0.0 / loss_scale, params, grads)
    return loss_of(params, x, y).astype(jnp.float32).reshape(1)
