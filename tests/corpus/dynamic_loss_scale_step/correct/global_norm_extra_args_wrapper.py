# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def skip_overflow(inner):
    inner = optax.with_extra_args_support(inner)

    def init(params):
        return {"inner": inner.init(params), "ok": jnp.array(True)}

    def update(grads, state, params=None, *, scale, **kw):
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
        ok = jnp.isfinite(optax.global_norm(grads))  # at most 65504 ** 2 * 32832: far from float32's end
        u, s = inner.update(grads, state["inner"], params, **kw)
        u = jax.tree.map(lambda a: jnp.where(ok, a, jnp.zeros_like(a)), u)
        s = jax.tree.map(lambda a, b: jnp.where(ok, a, b), s, state["inner"])
        return u, {"inner": s, "ok": ok}

    return optax.GradientTransformationExtraArgs(init, update)


@jax.jit
def f16_loss(params, x, y):
    params, x, y = jax.tree.map(lambda a: a.astype(jnp.float16), (params, x, y))
    return jnp.mean(jnp.square(jnp.inner(x, params["kernel"].T) + params["bias"] - y))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x), jnp.asarray(y)
    params = nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))).to_pure_dict()
    p16 = optax.tree.cast(params, jnp.float16)
    g16 = jax.grad(lambda p: f16_loss(p, x, y).astype(jnp.float32) * loss_scale)(p16)
    tx = optax.named_chain(("skip", skip_overflow(optax.sgd(lr))))
    u, state = tx.update(g16, tx.init(params), params, scale=loss_scale)
    params = optax.apply_updates(params, u)
    ok = state["skip"]["ok"]
    grown = ok & (good_steps + 1 == growth_interval)
    factor = jnp.exp2(jnp.select([grown, ok], [1.0, 0.0], -1.0))
    scale = jnp.clip(jnp.float32(loss_scale) * factor, 1.0, 2.0**24)
    count = jnp.where(grown | ~ok, 0, good_steps + 1)
    return jnp.stack([f16_loss(params, x, y).astype(jnp.float32), scale, count.astype(jnp.float32)])
