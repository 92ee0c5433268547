# expect: wrong_answer|pitfall
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gdef, theta = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed))))
    S = jnp.float32(loss_scale)
    y = jnp.float16(y)

    def f(theta):
        return jnp.mean((nnx.merge(gdef, theta)(x) - y) ** 2)

    grads = jax.grad(lambda t: jnp.float32(f(t)) * S)(theta)
    grads = jax.tree.map(jnp.float32, grads)  #@ unscaled-grads
    finite = jnp.all(jnp.array([jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)]))

    def do(theta):
        u, _ = optax.sgd(lr).update(grads, optax.sgd(lr).init(theta))  #@ unscaled-grads
        return optax.apply_updates(theta, u)

    theta = jax.lax.cond(finite, do, lambda theta: theta, theta)
    n = jnp.where(finite, good_steps + 1, 0)
    grow = n >= growth_interval
    S = jnp.where(finite, jnp.where(grow, S * 2, S), S / 2)
    S = jnp.clip(S, 1.0, 2.0**24)
    n = jnp.where(grow, 0, n)
    return jnp.stack([jnp.float32(f(theta)), S, jnp.float32(n)])
