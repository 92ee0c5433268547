# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(m, x, y):
    return jnp.mean(jnp.square(m(x) - y.astype(jnp.float16)))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    # dtype: what it computes in. The parameters stay float32.
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    backup = nnx.clone(model)
    x, y = jnp.asarray(x), jnp.asarray(y)

    @nnx.value_and_grad(has_aux=True)
    def f(m):
        l = mse(m, x.astype(jnp.float16), y)
        return loss_scale * l.astype(jnp.float32), l

    (_, _), g = f(model)
    g = jax.tree.map(lambda v: v / loss_scale, g)
    opt.update(model, g)

    bad = jnp.any(jnp.concatenate([~jnp.isfinite(v).ravel() for v in jax.tree.leaves(g)]))
    nnx.update(
        model,
        jax.tree.map(lambda o, n: jax.lax.select(jnp.broadcast_to(bad, o.shape), o, n),
                     nnx.state(backup), nnx.state(model)),
    )
    c = good_steps + 1
    i = 2 if bad else int(c >= growth_interval)
    s = (loss_scale, min(loss_scale * 2, 2.0**24), max(loss_scale * 0.5, 1.0))[i]
    c = (c, 0, 0)[i]
    return jnp.asarray([float(mse(model, x.astype(jnp.float16), y)), s, c], jnp.float32)
