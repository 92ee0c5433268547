# expect: wrong_answer
# finding: update-discarded|stale-loss
from typing import NamedTuple
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class State(NamedTuple):
    params: dict
    opt_state: tuple


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    tx = optax.sgd(lr)
    params = dict(k=lin.kernel[...], b=lin.bias[...])
    state = State(params, tx.init(params))

    def mse(p):
        p = optax.tree.cast(p, jnp.bfloat16)
        e = x.astype(jnp.bfloat16) @ p["k"] + p["b"] - y.astype(jnp.bfloat16)
        return jnp.mean(e * e).astype(jnp.float32)

    g = jax.grad(lambda p: mse(p) * loss_scale)(state.params)
    g = optax.tree.scale(1 / loss_scale, g)
    updates, opt_state = tx.update(g, state.opt_state, state.params)
    state._replace(params=optax.apply_updates(state.params, updates), opt_state=opt_state)  #@ update-discarded
    return mse(state.params).reshape(1)  #@ stale-loss
