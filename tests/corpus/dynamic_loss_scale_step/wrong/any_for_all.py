# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
from flax import nnx


def is_finite(tree):
    return jax.tree.reduce(lambda a, g: a & jnp.any(jnp.isfinite(g)), tree, jnp.array(True))  #@ partial-finite-check


def half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.float16), tree)


def mse(params, x, y):
    p = half(params)
    return jnp.mean((x @ p[0] + p[1] - y) ** 2)


@jax.jit
def train(params, x, y, lr, scale, n, interval):
    grads = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * scale)(params)
    grads = jax.tree.map(lambda g: g / scale, grads)
    ok = is_finite(grads)
    params = jax.tree.map(lambda p, g: jnp.where(ok, p - lr * g, p), params, grads)
    n = n + 1
    up = n >= interval
    scale = jnp.where(ok, jnp.where(up, jnp.minimum(2 * scale, 2.0 ** 24), scale), jnp.maximum(scale / 2, 1.0))
    n = jnp.where(ok & ~up, n, 0)
    return jnp.stack([mse(params, x, y).astype(jnp.float32), scale, n.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return train((m.kernel[...], m.bias[...]), half(jnp.asarray(x)), half(jnp.asarray(y)),
                 jnp.float32(lr), jnp.float32(loss_scale), good_steps, growth_interval)
