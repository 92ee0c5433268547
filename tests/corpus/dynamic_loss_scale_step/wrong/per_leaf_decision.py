# expect: pitfall|wrong_answer
# finding: partial-finite-check|unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def per_leaf_guard():
    def update(updates, params):
        keep = lambda u: jnp.where(jnp.isfinite(u).all(), u, 0.0)  #@ partial-finite-check
        return jax.tree.map(keep, updates)

    return optax.stateless(update)


@jax.jit
def train(params, x, y, lr, scale, n, interval):
    cast = lambda t: jax.tree.map(lambda a: a.astype(jnp.float16), t)

    def loss_fn(p16):
        e = cast(x) @ p16["w"] + p16["b"] - cast(y)
        return jnp.mean(jnp.square(e)).astype(jnp.float32)

    g = jax.grad(lambda p: scale * loss_fn(p))(cast(params))
    g = jax.tree.map(lambda a: a.astype(jnp.float32) / scale, g)
    opt = optax.chain(per_leaf_guard(), optax.scale_by_learning_rate(lr))
    upd, _ = opt.update(g, opt.init(params), params)
    params = optax.apply_updates(params, upd)
    ok = jnp.isfinite(optax.tree.sum(g))
    hit = n + 1 >= interval
    scale = jnp.clip(scale * jnp.where(ok, jnp.where(hit, 2.0, 1.0), 0.5), 1.0, 2.0**24)
    n = jnp.where(ok & jnp.logical_not(hit), n + 1, 0)
    return jnp.stack([loss_fn(cast(params)), scale, n.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return train({"w": m.kernel[...], "b": m.bias[...]}, x, y, lr, loss_scale, good_steps, growth_interval)
