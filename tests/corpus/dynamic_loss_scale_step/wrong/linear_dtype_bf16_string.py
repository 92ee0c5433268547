# expect: wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
from flax import nnx


def build(seed, d_in, d_out, dtype="bfloat16"):  #@ wrong-half-dtype
    return nnx.Linear(d_in, d_out, dtype=jnp.dtype(dtype), rngs=nnx.Rngs(seed))  #@ wrong-half-dtype


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gd, params = nnx.split(build(int(seed), x.shape[1], y.shape[1]))  #@ wrong-half-dtype

    def loss(p):
        pred = nnx.merge(gd, p)(x)  #@ wrong-half-dtype
        return jnp.mean((pred - y.astype(pred.dtype)) ** 2).astype(jnp.float32)  #@ wrong-half-dtype

    g = jax.grad(lambda p: loss(p) * loss_scale)(params)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    ok = jnp.stack([jnp.isfinite(a).all() for a in jax.tree.leaves(g)]).all()
    params = jax.tree.map(lambda p, a: jnp.where(ok, p - lr * a, p), params, g)
    hit = good_steps + 1 >= growth_interval
    s = jnp.where(ok, min(loss_scale * 2, 2.0**24) if hit else loss_scale, max(loss_scale / 2, 1.0))
    n = jnp.where(ok, 0 if hit else good_steps + 1, 0)
    return jnp.array([loss(params), s, n], dtype=jnp.float32)
