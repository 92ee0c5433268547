# expect: pitfall|wrong_answer
# finding: stale-loss
# finding: count-not-reset
import jax
import jax.numpy as jnp
from flax import nnx


def train(p, x, y, lr, s):
    def objective(p):
        q = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        loss = jnp.mean((x.astype(jnp.float16) @ q[0] + q[1] - y.astype(jnp.float16)) ** 2).astype(jnp.float32)
        return loss * s, loss

    (_, loss), g = jax.value_and_grad(objective, has_aux=True)(p)
    g = jax.tree.map(lambda a: a / s, g)
    ok = jnp.isfinite(g[0]).all() & jnp.isfinite(g[1]).all()
    p = jax.lax.cond(ok, lambda: [a - lr * d for a, d in zip(p, g)], lambda: p)
    return p, loss, ok  #@ stale-loss


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p, loss, ok = jax.jit(train)([lin.kernel[...], lin.bias[...]], x, y, lr, loss_scale)
    count = (good_steps + 1) * int(ok)  #@ count-not-reset
    scale = loss_scale
    if not ok:
        scale = max(1.0, scale / 2)
    elif count >= growth_interval:
        scale = min(2.0**24, scale * 2)  #@ count-not-reset
    return jnp.array([loss, scale, count], jnp.float32)
