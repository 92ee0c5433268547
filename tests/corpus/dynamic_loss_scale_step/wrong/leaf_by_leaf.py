# expect: wrong_answer|pitfall
# finding: partial-finite-check|unchecked-overflow
import jax
import jax.numpy as jnp
from flax import nnx


def safe_sgd(params, grads, lr):
    """Moves each parameter whose gradient is finite."""

    def one(p, g):
        good = jnp.all(jnp.isfinite(g))  #@ partial-finite-check
        return jnp.where(good, p - lr * g, p)  #@ partial-finite-check

    return jax.tree.map(one, params, grads)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)
    S = jnp.float32(loss_scale)

    def mse(params):
        half = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        return jnp.mean(jnp.square(nnx.merge(graphdef, half)(x) - y)).astype(jnp.float32)

    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / S, jax.grad(lambda p: S * mse(p))(params))
    params = safe_sgd(params, grads, lr)  #@ partial-finite-check

    finite = jnp.all(jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))
    count = jnp.where(finite, good_steps + 1, 0)
    doubled = count == growth_interval
    S = jnp.where(finite, jnp.where(doubled, jnp.minimum(2 * S, 2.0**24), S), jnp.maximum(S / 2, 1.0))
    count = jnp.where(doubled, 0, count)
    return jnp.stack([mse(params), S, count.astype(jnp.float32)])
