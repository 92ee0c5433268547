# expect: wrong_answer|pitfall
# finding: uncast-targets
import jax
import jax.numpy as jnp
from flax import nnx

HALF = jnp.float16


def squared_error_mean(prediction, target):
    error = (prediction - target).astype(HALF)  #@ uncast-targets
    return jnp.mean(error * error)


def affine(p, x):
    return jnp.dot(x, p["kernel"].astype(HALF)) + p["bias"].astype(HALF)


@jax.jit
def the_loss(p, x, y):
    return squared_error_mean(affine(p, x.astype(HALF)), y)


@jax.jit
def the_grads(p, x, y, s):
    g = jax.grad(lambda p: the_loss(p, x, y).astype(jnp.float32) * s)(p)
    return jax.tree.map(lambda a: a / s, g)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    g = the_grads(p, x, y, jnp.float32(loss_scale))
    ok = all(jnp.isfinite(a).all() for a in g.values())
    if ok:
        p = {name: p[name] - lr * g[name] for name in p}
    if not ok:
        s, n = max(loss_scale / 2, 1.0), 0
    else:
        s, n = (loss_scale, good_steps + 1) if good_steps + 1 < growth_interval else (min(loss_scale * 2, 2.0**24), 0)
    return jnp.array([the_loss(p, x, y).astype(jnp.float32), s, n], jnp.float32)
