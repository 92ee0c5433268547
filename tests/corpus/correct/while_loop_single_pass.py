# expect: accepted
import jax, optax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale, n_steps=1):
    gdef, params = nnx.split(nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    tx = optax.sgd(learning_rate=lr)
    x_lo, y_lo = lax.convert_element_type(x, jnp.bfloat16), lax.convert_element_type(y, jnp.bfloat16)

    def mse(p):
        lo = jax.tree.map(lambda a: lax.convert_element_type(a, jnp.bfloat16), p)
        r = lax.sub(nnx.merge(gdef, lo)(x_lo), y_lo)
        return lax.convert_element_type(jnp.mean(lax.mul(r, r)), jnp.float32)

    def keep_going(carry):
        step, *_ = carry
        return step < n_steps

    def body(carry):
        step, p, opt_state, _ = carry
        g = jax.grad(lambda q: loss_scale * mse(q))(p)
        g = jax.tree.map(lambda a: a / loss_scale, g)
        updates, opt_state = tx.update(g, opt_state, p)
        p = optax.apply_updates(p, updates)
        return step + 1, p, opt_state, mse(p)

    start = (jnp.int32(0), params, tx.init(params), jnp.float32(jnp.inf))
    *_, last = lax.while_loop(keep_going, body, start)
    return jnp.expand_dims(last, 0)
