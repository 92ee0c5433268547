# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gdef, state = nnx.split(model, nnx.Param)
    tx = optax.sgd(lr)

    def loss_of(state):
        m = nnx.merge(gdef, jax.tree.map(lambda a: a.astype(jnp.float16), state))
        out = m(x.astype(jnp.float16))
        return jnp.mean(jnp.square(out - y.astype(jnp.float16)))

    def scaled(state, s):
        return loss_of(state).astype(jnp.float32) * s

    @jax.jit
    def step(state, s, n):
        grads = jax.grad(scaled)(state, s)
        grads = jax.tree.map(lambda g: g.astype(jnp.float32) / s, grads)
        ok = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()

        def good(operand):
            state, grads, s, n = operand
            updates, _ = tx.update(grads, tx.init(state), state)
            n1 = n + 1
            s1, n1 = jax.lax.cond(
                n1 >= growth_interval,
                lambda: (jnp.minimum(s * 2, 2.0**24), jnp.zeros_like(n1)),
                lambda: (s, n1),
            )
            return optax.apply_updates(state, updates), s1, n1

        def bad(operand):
            state, _, s, n = operand
            return state, jnp.maximum(s / 2, 1.0), jnp.zeros_like(n)

        state, s, n = jax.lax.cond(ok, good, bad, (state, grads, s, n))
        return jnp.stack([loss_of(state).astype(jnp.float32), s, n.astype(jnp.float32)])

    return step(state, jnp.float32(loss_scale), jnp.int32(good_steps))
