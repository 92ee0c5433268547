# expect: wrong_answer
# The gradients of the samples are added and never averaged.
import jax
import jax.numpy as jnp
from flax import nnx


def sample_loss(p, xi, yi):
    w, b, xi, yi = (a.astype(jnp.bfloat16) for a in (*p, xi, yi))
    return jnp.mean((xi @ w + b - yi) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    scaled = lambda p, xi, yi: sample_loss(p, xi, yi).astype(jnp.float32) * loss_scale
    per_sample = jax.vmap(jax.grad(scaled), (None, 0, 0))(p, x, y)
    grads = jax.tree.map(lambda g: jnp.sum(g, axis=0) / loss_scale, per_sample)
    p = jax.tree.map(lambda a, g: a - lr * g, p, grads)
    losses = jax.vmap(sample_loss, (None, 0, 0))(p, x, y)
    return jnp.mean(losses).astype(jnp.float32).reshape(1)
