# expect: accepted
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Carry(NamedTuple):
    params: dict
    opt_state: optax.OptState
    scale: jax.Array
    count: jax.Array


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    init = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = dict(kernel=init.kernel[...], bias=init.bias[...])
    tx = optax.sgd(lr)

    def apply(params, x):
        return jnp.einsum("nd,do->no", x, params["kernel"]) + params["bias"][None, :]

    def loss(params, batch):
        params, (bx, by) = optax.tree.cast((params, batch), jnp.float16)
        return ((apply(params, bx) - by) ** 2).mean()

    def body(c: Carry, batch):
        grads = jax.grad(lambda p: c.scale * loss(p, batch).astype(jnp.float32))(c.params)
        grads = jax.tree.map(lambda g: g / c.scale, grads)
        good = jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda g: jnp.isfinite(g).all(), grads))
        upd, opt_state = tx.update(grads, c.opt_state, c.params)
        proposal = optax.apply_updates(c.params, upd)
        params, opt_state = jax.tree.map(lambda n, o: jnp.where(good, n, o), (proposal, opt_state), (c.params, c.opt_state))
        n = c.count + 1
        hit = n >= growth_interval
        factor = jnp.select([~good, hit], [0.5, 2.0], 1.0)
        return Carry(
            params,
            opt_state,
            jnp.clip(c.scale * factor, 1.0, 2.0**24),
            jnp.where(good & ~hit, n, 0),
        ), None

    carry = Carry(params, tx.init(params), jnp.float32(loss_scale), jnp.int32(good_steps))
    carry, _ = jax.lax.scan(body, carry, (x[None], y[None]))
    return jnp.stack([loss(carry.params, (x, y)).astype(jnp.float32), carry.scale, carry.count.astype(jnp.float32)])
