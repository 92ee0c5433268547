# expect: wrong_answer
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def L(m, x, y):
    k, b = m.kernel[...].astype(jnp.float16), m.bias[...].astype(jnp.float16)
    return jnp.mean((x.astype(jnp.float16) @ k + b - y.astype(jnp.float16)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    o = nnx.Optimizer(m, optax.sgd(lr), wrt=nnx.Param)
    g = nnx.grad(lambda m: L(m, x, y).astype(jnp.float32) * loss_scale)(m)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    fin = bool(jnp.isfinite(sum(jnp.sum(a) for a in jax.tree.leaves(g))))
    if fin:
        o.update(m, g)
    full = good_steps + 1 == growth_interval
    scale = (min(loss_scale * 2, 2.0**24) if full else loss_scale) if fin else loss_scale  #@ scale-not-reduced
    count = good_steps + 1 if fin and not full else 0
    return jnp.array([L(m, x, y).astype(jnp.float32), scale, count], jnp.float32)
