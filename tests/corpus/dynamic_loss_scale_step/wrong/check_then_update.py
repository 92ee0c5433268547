# expect: pitfall|wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def unscale(grads, scale):
    return jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)


def grads_are_finite(grads, scale) -> jax.Array:
    """True if every element of every unscaled gradient is finite."""
    grads = unscale(grads, scale)
    return jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()


def make_step(graphdef, tx, x, y, growth_interval):
    def loss_fn(params):
        return jnp.mean((nnx.merge(graphdef, params)(x) - y) ** 2).astype(jnp.float32)

    @jax.jit
    def step(params, opt_state, scale, count):
        grads = jax.grad(lambda p: loss_fn(p) * scale)(params)
        finite = grads_are_finite(grads, scale)

        def good(operand):
            params, opt_state = operand
            updates, opt_state = tx.update(grads, opt_state, params)  #@ unscaled-grads
            n = count + 1
            grow = n >= growth_interval
            return (
                optax.apply_updates(params, updates),
                opt_state,
                jnp.where(grow, jnp.minimum(scale * 2.0, 2.0**24), scale),
                jnp.where(grow, 0, n),
            )

        def bad(operand):
            return *operand, jnp.maximum(scale * 0.5, 1.0), jnp.zeros_like(count)

        params, opt_state, new_scale, new_count = jax.lax.cond(finite, good, bad, (params, opt_state))
        return loss_fn(params), new_scale, new_count

    return step


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)
    tx = optax.sgd(lr)
    step = make_step(graphdef, tx, x.astype(jnp.float16), y.astype(jnp.float16), growth_interval)
    loss, scale, count = step(params, tx.init(params), jnp.float32(loss_scale), jnp.int32(good_steps))
    return jnp.stack([loss, scale, count.astype(jnp.float32)])
