# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = dict(bias=lin.bias[...], kernel=lin.kernel[...])
    h = lambda v: jnp.asarray(v, jnp.float16)
    loss = lambda p: jnp.mean((h(x) @ h(p["kernel"]) + h(p["bias"]) - h(y)) ** 2).astype(jnp.float32)
    g = jax.tree.map(lambda a: a / jnp.float32(loss_scale), jax.grad(lambda p: loss(p) * loss_scale)(p))
    ok = jax.tree.reduce(lambda so_far, a: jnp.isfinite(a).all(), g, initializer=True)  #@ partial-finite-check
    tx = optax.sgd(lr)
    moved = optax.apply_updates(p, tx.update(g, tx.init(p))[0])
    p = optax.tree.where(ok, moved, p)
    n = jnp.where(ok, good_steps + 1, 0)
    s = jnp.where(ok, jnp.where(n == growth_interval, min(loss_scale * 2, 2.0**24), loss_scale), max(loss_scale / 2, 1.0))
    return jnp.array([loss(p), s, n % growth_interval], jnp.float32)
