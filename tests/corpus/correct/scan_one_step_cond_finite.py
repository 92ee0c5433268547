# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from jax import lax

N_STEPS = 1


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    tx = optax.sgd(lr)

    def low(tree):
        return jax.tree.map(lambda v: v.astype(jnp.bfloat16), tree)

    def loss(p, xb, yb):
        xb, yb = low((xb, yb))
        return ((nnx.merge(graphdef, low(p))(xb) - yb) ** 2).mean()

    def body(carry, batch):
        p, opt_state = carry
        scaled, g = jax.value_and_grad(lambda q: loss(q, *batch).astype(jnp.float32) * loss_scale)(p)
        g = jax.tree.map(lambda v: v.astype(jnp.float32) / loss_scale, g)

        def apply(operand):
            p_, s_, g_ = operand
            u, s_ = tx.update(g_, s_, p_)
            return optax.apply_updates(p_, u), s_

        def skip(operand):
            return operand[0], operand[1]

        carry = lax.cond(jnp.isfinite(scaled), apply, skip, (p, opt_state, g))
        return carry, scaled / loss_scale

    (params, _), history = lax.scan(body, (params, tx.init(params)), (x[None], y[None]), length=N_STEPS)
    assert history.shape == (N_STEPS,)
    return loss(params, x, y).astype(jnp.float32)[jnp.newaxis]
