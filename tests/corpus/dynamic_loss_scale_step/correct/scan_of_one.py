# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_body(apply, tx, interval):
    def half(tree):
        return jax.tree.map(lambda a: a.astype(jnp.float16), tree)

    def loss(params, x, y):
        return jnp.mean((apply(half(params), half(x)) - half(y)) ** 2).astype(jnp.float32)

    def body(carry, batch):
        params, opt_state, scale, good = carry
        x, y = batch
        grads = jax.grad(lambda p: loss(p, x, y) * scale)(params)
        grads = jax.tree.map(lambda g: g / scale, grads)
        finite = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()

        def take(_):
            updates, new_opt = tx.update(grads, opt_state, params)
            due = good + 1 >= interval
            return (
                optax.apply_updates(params, updates),
                new_opt,
                jnp.where(due, jnp.minimum(scale * 2, 2.0**24), scale),
                jnp.where(due, 0, good + 1),
            )

        def leave(_):
            return params, opt_state, jnp.maximum(scale / 2, 1.0), jnp.zeros_like(good)

        carry = jax.lax.cond(finite, take, leave, None)
        return carry, loss(carry[0], x, y)

    return body


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)
    body = make_body(lambda p, x: nnx.merge(graphdef, p)(x), tx, growth_interval)
    carry = (params, tx.init(params), jnp.float32(loss_scale), jnp.int32(good_steps))
    (_, _, scale, good), losses = jax.lax.scan(body, carry, (x[None], y[None]))
    return jnp.concatenate([losses, scale[None], good[None].astype(jnp.float32)])
