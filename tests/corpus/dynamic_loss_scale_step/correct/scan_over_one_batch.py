# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    tx = optax.sgd(lr)

    def loss_fn(params, batch):
        (w, b), (xb, yb) = jax.tree.map(lambda t: t.astype(jnp.float16), (params, batch))
        return jnp.mean(jnp.square(jnp.matmul(xb, w) + b - yb))

    def body(carry, batch):
        params, opt_state, scale, good = carry
        grads = jax.grad(lambda p: loss_fn(p, batch).astype(jnp.float32) * scale)(params)
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
        finite = jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda g: jnp.isfinite(g).all(), grads))
        updates, new_opt_state = tx.update(grads, opt_state, params)
        trial = optax.apply_updates(params, updates)
        params, opt_state = jax.tree.map(
            lambda a, b: jnp.where(finite, a, b), (trial, new_opt_state), (params, opt_state)
        )
        good = good + 1
        grown = good >= growth_interval
        scale = jnp.where(
            finite,
            jnp.where(grown, jnp.minimum(scale * 2.0, 2.0**24), scale),
            jnp.maximum(scale * 0.5, 1.0),
        )
        good = jnp.where(jnp.logical_or(grown, ~finite), 0, good)
        return (params, opt_state, scale, good), finite

    carry = (params, tx.init(params), jnp.float32(loss_scale), jnp.int32(good_steps))
    (params, _, scale, good), _ = jax.lax.scan(body, carry, (x[None], y[None]))
    return jnp.stack([loss_fn(params, (x, y)).astype(jnp.float32), scale, good.astype(jnp.float32)])
