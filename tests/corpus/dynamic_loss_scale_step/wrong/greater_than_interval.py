# expect: wrong_answer
# finding: scale-not-grown
# allow: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, state = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)

    def fp16(t):
        return jax.tree.map(lambda a: a.astype(jnp.float16), t)

    def loss(state):
        return jnp.mean((nnx.merge(graphdef, fp16(state))(fp16(x)) - fp16(y)) ** 2).astype(jnp.float32)

    def train(state, scale, good):
        grads = jax.grad(lambda s: loss(s) * scale)(state)
        grads = jax.tree.map(lambda g: g / scale, grads)
        ok = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()

        def yes():
            u, _ = tx.update(grads, tx.init(state))
            grow = good + 1 > growth_interval  #@ scale-not-grown
            return (
                optax.apply_updates(state, u),
                jnp.where(grow, jnp.minimum(scale * 2, 2.0**24), scale),
                jnp.where(grow, 0, good + 1),
            )

        def no():
            return state, jnp.maximum(scale / 2, 1.0), jnp.zeros_like(good)

        return jax.lax.cond(ok, yes, no)

    state, scale, good = jax.jit(train)(state, jnp.float32(loss_scale), jnp.int32(good_steps))
    return jnp.stack([loss(state), scale, good.astype(jnp.float32)])
