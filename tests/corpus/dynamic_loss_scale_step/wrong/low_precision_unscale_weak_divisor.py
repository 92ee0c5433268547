# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def pipeline(*stages):
    def run(v):
        for s in stages:
            v = jax.tree.map(s, v)
        return v
    return run


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = nnx.to_pure_dict(nnx.state(layer))
    to16 = pipeline(jnp.asarray, lambda a: a.astype(jnp.float16))
    unscale = pipeline(lambda g: g / loss_scale, lambda g: g.astype(jnp.float32))  #@ low-precision-unscale
    xs, ys = to16((x, y))

    def L(p16):
        return jnp.mean(optax.squared_error(xs @ p16["kernel"] + p16["bias"], ys))

    raw = jax.grad(lambda p: L(p).astype(jnp.float32) * loss_scale)(to16(masters))
    g = unscale(raw)  #@ low-precision-unscale
    fine = jax.tree.all(jax.tree.map(lambda a: bool(jnp.isfinite(a).all()), raw))
    if fine:
        upd, _ = optax.sgd(lr).update(g, optax.sgd(lr).init(masters))
        masters = optax.apply_updates(masters, upd)
    if not fine:
        s, c = max(loss_scale / 2, 1.0), 0
    elif good_steps == growth_interval - 1:
        s, c = min(loss_scale * 2, 2.0**24), 0
    else:
        s, c = loss_scale, good_steps + 1
    return jnp.array([L(to16(masters)).astype(jnp.float32), s, c], jnp.float32)
