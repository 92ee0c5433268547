# expect: wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
from flax import nnx

HALF = jnp.bfloat16  # 16 bit #@ wrong-half-dtype
FULL = jnp.float32


def lower(tree):
    return jax.tree.map(lambda a: jax.lax.convert_element_type(a, HALF), tree)  #@ wrong-half-dtype


def loss_lower(params, x, y):
    (w, b), x, y = lower((params, x, y))  #@ wrong-half-dtype
    return jnp.mean(jnp.square(x @ w + b - y))


@jax.jit
def one_step(params, x, y, lr, scale, good, interval):
    grads = jax.grad(lambda p: loss_lower(p, x, y).astype(FULL) * scale)(params)
    grads = jax.tree.map(lambda g: g.astype(FULL) / scale, grads)
    finite = jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda g: jnp.isfinite(g).all(), grads))
    params = jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), params, grads)
    good = jnp.where(finite, good + 1, 0)
    full = good >= interval
    scale = jnp.where(finite, scale, jnp.maximum(scale / 2, 1.0))
    scale = jnp.where(full, jnp.minimum(scale * 2, 2.0**24), scale)
    return jnp.array([loss_lower(params, x, y).astype(FULL), scale, jnp.where(full, 0, good).astype(FULL)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return one_step((m.kernel[...], m.bias[...]), x, y, lr, loss_scale, good_steps, growth_interval)
