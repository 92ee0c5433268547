# expect: wrong_answer
# finding: clipped-scaled-grads
"""Port of my torch loop: GradScaler, clip_grad_norm_, step."""
import jax
import jax.numpy as jnp
from flax import nnx


class GradScaler:
    def __init__(self, init_scale):
        self._scale = init_scale

    def scale(self, loss):
        return loss.astype(jnp.float32) * self._scale

    def step(self, params, grads, lr):
        inv = 1.0 / self._scale
        return jax.tree.map(lambda p, g: p - lr * (g * inv), params, grads)


def clip_grad_norm_(grads, max_norm, eps=1e-6):
    total = jnp.sqrt(sum(jnp.sum(jnp.square(g)) for g in jax.tree.leaves(grads)))
    coef = jnp.clip(max_norm / (total + eps), max=1.0)
    return jax.tree.map(lambda g: g * coef, grads), total


def forward(params, x):
    p16 = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return x.astype(jnp.bfloat16) @ p16["weight"] + p16["bias"]


def criterion(params, x, y):
    return jnp.mean((forward(params, x) - y.astype(jnp.bfloat16)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"weight": layer.kernel[...], "bias": layer.bias[...]}
    scaler = GradScaler(loss_scale)
    grads = jax.grad(lambda p: scaler.scale(criterion(p, x, y)))(params)
    grads, total_norm = clip_grad_norm_(grads, 1.0)  #@ clipped-scaled-grads
    params = scaler.step(params, grads, lr)
    return criterion(params, x, y).astype(jnp.float32).reshape(1)
