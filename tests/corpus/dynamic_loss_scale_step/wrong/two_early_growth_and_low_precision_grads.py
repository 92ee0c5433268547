# expect: wrong_answer
# finding: scale-grown-early
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gd, params = nnx.split(model)
    tx = optax.sgd(lr)
    cast = lambda t, d: jax.tree.map(lambda a: a.astype(d), t)

    def loss(p):
        return jnp.mean((nnx.merge(gd, cast(p, jnp.float16))(cast(x, jnp.float16)) - cast(y, jnp.float16)) ** 2)

    g = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    g = cast(cast(g, jnp.float16), jnp.float32)  #@ low-precision-grads
    ok = all(bool(jnp.isfinite(a).all()) for a in jax.tree.leaves(g))
    if ok:
        u, _ = tx.update(g, tx.init(params), params)
        params = optax.apply_updates(params, u)
        if good_steps + 1 >= growth_interval - 1:  #@ scale-grown-early
            s, n = min(loss_scale * 2, 2.0**24), 0
        else:
            s, n = loss_scale, good_steps + 1
    else:
        s, n = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(params).astype(jnp.float32), s, n], dtype=jnp.float32)
