# expect: accepted
"""A training loop as lax.scan over a stack of batches. Here the stack has one batch."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_body(tx, interval):
    def loss_fn(params, batch):
        kernel, bias, x, y = (
            a.astype(jnp.float16) for a in (params["kernel"], params["bias"], batch["x"], batch["y"])
        )
        pred = jax.lax.dot(x, kernel) + bias[None, :]
        return ((pred - y) ** 2).mean()

    def body(carry, batch):
        params, opt_state, scale, count = carry

        def scaled(p):
            loss = loss_fn(p, batch)
            return loss.astype(jnp.float32) * scale, loss

        grads, _ = jax.grad(scaled, has_aux=True)(params)
        grads = jax.tree.map(lambda g: g / scale, grads)
        finite = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()

        def take(args):
            params, opt_state, scale, count = args
            updates, opt_state = tx.update(grads, opt_state, params)
            params = optax.apply_updates(params, updates)
            scale, count = jax.lax.cond(
                count + 1 >= interval,
                lambda s, c: (jnp.minimum(s * 2, 2.0**24), jnp.zeros_like(c)),
                lambda s, c: (s, c + 1),
                scale,
                count,
            )
            return params, opt_state, scale, count

        def skip(args):
            params, opt_state, scale, count = args
            return params, opt_state, jnp.maximum(scale / 2, 1.0), jnp.zeros_like(count)

        carry = jax.lax.cond(finite, take, skip, carry)
        return carry, loss_fn(carry[0], batch).astype(jnp.float32)

    return body


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.to_pure_dict(nnx.state(layer, nnx.Param))
    tx = optax.sgd(lr)
    carry = (params, tx.init(params), jnp.float32(loss_scale), jnp.int32(good_steps))
    batches = {"x": jnp.asarray(x)[None], "y": jnp.asarray(y)[None]}
    (_, _, scale, count), losses = jax.lax.scan(make_body(tx, growth_interval), carry, batches)
    return jnp.concatenate([losses, scale[None], count[None].astype(jnp.float32)])
