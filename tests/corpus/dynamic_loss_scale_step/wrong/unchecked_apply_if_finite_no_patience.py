# expect: pitfall|wrong_answer
# finding: unchecked-overflow
import jax, jax.numpy as jnp, optax
from flax import nnx

OPT = dict(max_consecutive_errors=0)  #@ unchecked-overflow


def to(t, dt):
    return jax.tree.map(lambda a: jnp.asarray(a, dt), t)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gd, p = nnx.split(lin)
    tx = optax.apply_if_finite(optax.sgd(lr), **OPT)  #@ unchecked-overflow
    st = tx.init(p)
    x16, y16 = to((x, y), jnp.float16)
    f = lambda q: jnp.mean((nnx.merge(gd, to(q, jnp.float16))(x16) - y16) ** 2)
    g = jax.grad(lambda q: f(q).astype(jnp.float32) * loss_scale)(p)
    g = jax.tree.map(lambda t: t / loss_scale, to(g, jnp.float32))
    u, st = tx.update(g, st, p)
    p = optax.apply_updates(p, u)
    if st.last_finite:
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([f(p).astype(jnp.float32), loss_scale, good_steps], jnp.float32)
