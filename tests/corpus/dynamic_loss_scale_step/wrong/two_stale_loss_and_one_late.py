# expect: wrong_answer
# finding: stale-loss
# finding: scale-not-grown
# allow: count-not-reset
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"k": lin.kernel[...], "b": lin.bias[...]}

    def objective(p):
        q = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        e = x.astype(jnp.float16) @ q["k"] + q["b"] - y.astype(jnp.float16)
        m = jnp.mean(e * e).astype(jnp.float32)
        return m * loss_scale, m

    (_, loss), g = jax.value_and_grad(objective, has_aux=True)(p)  #@ stale-loss
    g = jax.tree.map(lambda a: a / loss_scale, g)
    ok = all(jnp.isfinite(a).all() for a in g.values())
    if ok:
        p = jax.tree.map(lambda a, d: a - lr * d, p, g)
        if good_steps == growth_interval:  #@ scale-not-grown
            scale, count = min(loss_scale * 2, 2.0**24), 0
        else:
            scale, count = loss_scale, good_steps + 1
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss, scale, count], dtype=jnp.float32)  #@ stale-loss
